// The browser phone for pages outside the shell: window.CallcenterPhone.
import { Phone } from "./phone";

declare global {
  interface Window {
    CallcenterPhone: typeof Phone;
  }
}

window.CallcenterPhone = Phone;
