// A flow tried out: the keys of the keyboard are those of the telephone, and what is new comes into view.
import { onAppear, within } from "./appear";

const WAIT = "#simulation [name=wait]";
const TYPING = "input, select, textarea, [contenteditable]";

export function startTrying(): void {
  document.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.target as Element).matches(WAIT)) {
      event.preventDefault();
      document.querySelector<HTMLButtonElement>("#simulation [value=wait]")?.click();
      return;
    }
    if (event.ctrlKey || event.altKey || event.metaKey || (event.target as Element).closest(TYPING)) return;
    const keys = [...document.querySelectorAll<HTMLButtonElement>("#simulation [data-keypad]")];
    const key = keys.find((one) => one.dataset.keypad === event.key);
    if (!key) return;
    event.preventDefault();
    key.click();
  });
  onAppear((root) => {
    for (const list of within<HTMLElement>(root, "[data-scroll-end]")) list.scrollTop = list.scrollHeight;
  });
}
