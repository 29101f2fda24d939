// The newcomer's phone: a page of its own that rings the centre's hotlines.
import { span } from "./clock";
import { Meter } from "./meter";
import { Phone, type PhoneView } from "./phone";

const PAUSE_MS = 3000;

function element<T extends HTMLElement>(id: string): T {
  return document.getElementById(id) as T;
}

async function account(url: string): Promise<{ uri: string; secret: string }> {
  for (;;) {
    try {
      const response = await fetch(url, { headers: { Accept: "application/json" } });
      if (response.ok) return await response.json();
    } catch {
      // the server is away: ask again
    }
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
  }
}

// The carrier's word on who calls; with a number withheld it is there, too, but not to be shown.
function identity(uri: string, number: string): string[] {
  const host = uri.split("@")[1];
  return number ? [`P-Asserted-Identity: <sip:${number}@${host}>`] : [`P-Asserted-Identity: <sip:anonymous@${host}>`, "Privacy: id"];
}

function trouble(name: string, on: boolean): void {
  document.querySelector<HTMLElement>(`[data-trouble="${name}"]`)!.hidden = !on;
}

async function start(): Promise<void> {
  const sound = element<HTMLAudioElement>("remote-sound");
  const phone = new Phone(sound);
  const heard = new Meter(element<HTMLMeterElement>("heard"));
  const spoken = new Meter(element<HTMLMeterElement>("spoken"));
  let talked = false;
  let hungUp = false;
  let microphone: MediaStream | null = null;

  const show = (view: PhoneView): void => {
    const before = document.body.dataset.phone;
    document.body.dataset.phone = view.state;
    element<HTMLButtonElement>("call").disabled = view.state !== "ready";
    if (view.state === "talking") talked = true;
    if (view.state === "talking" && before !== "talking" && sound.srcObject instanceof MediaStream) heard.watch(sound.srcObject);
    if (phone.inCall || before === view.state) return;
    heard.stop();
    spoken.stop();
    microphone?.getTracks().forEach((track) => track.stop());
    element("spent").textContent = element("dialled").textContent = "";
    if (before === "calling") trouble("failed", !talked && !hungUp);
  };
  phone.addEventListener("change", (event) => show((event as CustomEvent<PhoneView>).detail));

  const { uri, secret } = await account(document.querySelector<HTMLElement>("[data-config]")!.dataset.config!);
  phone.register({ uri, secret, ws: `${location.protocol === "https:" ? "wss:" : "ws:"}//${location.host}/sip?phone=newcomer` });

  element("call").addEventListener("click", () => void call());
  element("hang-up").addEventListener("click", () => {
    hungUp = true;
    phone.hangup();
  });
  const press = (key: string): void => {
    if (phone.view.state !== "talking") return;
    phone.dtmf(key);
    element("pressed").textContent += key;
  };
  document.addEventListener("click", (event) => {
    const key = (event.target as HTMLElement).closest<HTMLElement>("[data-digit]");
    if (key) press(key.dataset.digit!);
  });
  document.addEventListener("keydown", (event) => {
    if (/^[0-9*#]$/.test(event.key) && !event.ctrlKey && !event.altKey && !event.metaKey) press(event.key);
  });
  setInterval(() => {
    const { since } = phone.view;
    if (since !== null) element("spent").textContent = span(Date.now() - since);
  }, 500);

  async function call(): Promise<void> {
    const chosen = document.querySelector<HTMLInputElement>('input[name="hotline"]:checked')!;
    element("dialled").textContent = `${chosen.parentElement!.querySelector("[data-title]")!.textContent} · ${chosen.value}`;
    talked = hungUp = false;
    trouble("failed", false);
    element("pressed").textContent = "";
    try {
      microphone = await navigator.mediaDevices.getUserMedia({ audio: true });
      trouble("microphone", false);
      spoken.watch(microphone);
    } catch {
      trouble("microphone", true);
      return;
    }
    phone.call(chosen.value, identity(uri, element<HTMLSelectElement>("caller").value));
  }
}

if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", () => void start());
else void start();
