// The phone in the shell's bar. It stands outside the page, so that no navigation ends a call.
import { span } from "./clock";
import { Phone, type PhoneView } from "./phone";
import { Ring } from "./ring";

const REFUSED_PAUSE_MS = 1000;

export async function startPhoneBar(bar: HTMLElement, url: string): Promise<void> {
  const answer = await seat(url);
  if (answer === null) {
    withoutPhone(bar);
    return;
  }
  if (answer.desk_phone) bar.dataset.deskPhone = "";
  const phone = new Phone(document.getElementById("remote-sound") as HTMLAudioElement);
  const ring = new Ring();
  phone.addEventListener("change", (event) => show(bar, ring, (event as CustomEvent<PhoneView>).detail));
  bindButtons(bar, phone);
  setInterval(() => showSeconds(bar, phone.view), 1000);
  window.addEventListener("beforeunload", (event) => {
    if (phone.inCall) event.preventDefault();
  });
  phone.addEventListener("refused", () => void renew(bar, phone, url));
  phone.register({ uri: answer.uri, secret: answer.secret, ws: sipAddress() });
  await checkMicrophone(bar);
}

function withoutPhone(bar: HTMLElement): void {
  bar.dataset.phone = bar.dataset.seat ? "desk" : "off";
}

// The seat's secret was made anew while this page was open. Who sits there no longer, or took the desk phone elsewhere, is told none.
async function renew(bar: HTMLElement, phone: Phone, url: string): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, REFUSED_PAUSE_MS));
  const answer = await seat(url);
  if (answer !== null) phone.renew(answer.secret);
  else if (!phone.inCall) {
    phone.stop();
    withoutPhone(bar);
  }
}

function sipAddress(): string {
  return `${location.protocol === "https:" ? "wss:" : "ws:"}//${location.host}/sip`;
}

// Where this user's phone registers; null when he uses a desk phone or none. Asked again until the server answers.
async function seat(url: string): Promise<{ seat: string; uri: string; secret: string; desk_phone: boolean } | null> {
  for (let pause = 1000; ; pause = Math.min(pause * 2, 10000)) {
    try {
      const response = await fetch(url, { headers: { Accept: "application/json" } });
      if (response.status === 204) return null;
      if (response.ok) return await response.json();
      if (response.status < 500) return null;
    } catch {
      // the server is away: ask again
    }
    await new Promise((resolve) => setTimeout(resolve, pause));
  }
}

function bindButtons(bar: HTMLElement, phone: Phone): void {
  const actions: Record<string, () => void> = {
    answer: () => phone.answer(),
    hangup: () => phone.hangup(),
    mute: () => phone.mute(!phone.view.muted),
  };
  bar.addEventListener("click", (event) => {
    const button = (event.target as HTMLElement).closest<HTMLElement>("[data-phone-do], [data-digit]");
    if (button?.dataset.digit) phone.dtmf(button.dataset.digit);
    else if (button?.dataset.phoneDo) actions[button.dataset.phoneDo]?.();
  });
}

function show(bar: HTMLElement, ring: Ring, view: PhoneView): void {
  const before = bar.dataset.phone;
  bar.dataset.phone = view.state;
  if (view.state === "ringing") ring.start();
  else ring.stop();
  const idle = ["off", "connecting", "ready", "lost"].includes(view.state);
  showCaller(idle ? "" : callerOf(view));
  bar.querySelector('[data-phone-do="mute"]')?.setAttribute("aria-pressed", String(view.muted));
  // What loads the shell anew would end the call.
  for (const button of document.querySelectorAll<HTMLButtonElement>("button[data-reloads]")) button.disabled = !idle;
  showSeconds(bar, view);
  if (before !== view.state) document.dispatchEvent(new CustomEvent("phone:state", { detail: view }));
}

function callerOf(view: PhoneView): string {
  if (view.number === "anonymous") return "";
  return view.name && view.name !== view.number ? `${view.name} ${view.number}` : view.number;
}

// The server names the caller as soon as it knows him; until then the number that the phone was told stands here.
function showCaller(text: string): void {
  const caller = document.getElementById("phone-caller");
  if (!caller || (caller.textContent !== "" && caller.dataset.own === undefined)) return;
  caller.textContent = text;
  caller.dataset.own = "";
}

function showSeconds(bar: HTMLElement, view: PhoneView): void {
  const seconds = bar.querySelector("[data-seconds]");
  if (seconds) seconds.textContent = view.since === null ? "" : span(Date.now() - view.since);
}

// Asks for the microphone before the first call rings, and says what is wrong with it.
async function checkMicrophone(bar: HTMLElement): Promise<void> {
  if (!navigator.mediaDevices) {
    bar.dataset.microphone = "insecure";
    return;
  }
  try {
    const stream = await navigator.mediaDevices.getUserMedia({ audio: true });
    for (const track of stream.getTracks()) track.stop();
    delete bar.dataset.microphone;
  } catch (refused) {
    bar.dataset.microphone = refused instanceof DOMException && refused.name === "NotFoundError" ? "missing" : "refused";
  }
}
