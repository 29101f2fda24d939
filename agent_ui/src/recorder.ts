// form[data-recorder]: a sound is recorded from the microphone or chosen as a file, listened to, kept by saving the form or discarded.
// A recording goes into the form's file field, so that both travel the same way.
import { Meter } from "./meter";

const LONGEST_MS = 120_000;

class Recording {
  private readonly meter: Meter;
  private readonly began = Date.now();
  private readonly pieces: Blob[] = [];
  private readonly timer: number;

  constructor(
    private readonly form: HTMLFormElement,
    private readonly stream: MediaStream,
    private readonly recorder: MediaRecorder,
  ) {
    this.meter = new Meter(part<HTMLMeterElement>(form, "level"));
    this.meter.watch(stream);
    this.timer = window.setInterval(() => this.tick(), 200);
    recorder.addEventListener("dataavailable", (event) => this.pieces.push(event.data));
    recorder.addEventListener("stop", () => this.done());
    recorder.start();
    this.tick();
    show(form, true);
  }

  stop(): void {
    if (this.recorder.state !== "inactive") this.recorder.stop();
  }

  // The page is left: nothing is kept, and the microphone is let go.
  drop(): void {
    this.pieces.length = 0;
    this.stop();
  }

  private tick(): void {
    const lasts = Date.now() - this.began;
    part(this.form, "lasts").textContent = `${Math.floor(lasts / 60_000)}:${String(Math.floor(lasts / 1000) % 60).padStart(2, "0")}`;
    if (lasts >= LONGEST_MS) this.stop();
  }

  private done(): void {
    window.clearInterval(this.timer);
    this.meter.stop();
    for (const track of this.stream.getTracks()) track.stop();
    show(this.form, false);
    running = null;
    const taken = new Blob(this.pieces, { type: this.recorder.mimeType });
    if (taken.size === 0 || !this.form.isConnected) return;
    const chosen = new DataTransfer();
    chosen.items.add(new File([taken], `recording.${this.recorder.mimeType.includes("mp4") ? "m4a" : "webm"}`, { type: taken.type }));
    fileField(this.form).files = chosen.files;
    take(this.form, "recorded");
  }
}

let running: Recording | null = null;

function part<E extends HTMLElement = HTMLElement>(form: HTMLFormElement, name: string): E {
  return form.querySelector<E>(`[data-${name}]`)!;
}

function fileField(form: HTMLFormElement): HTMLInputElement {
  return form.querySelector<HTMLInputElement>("input[type=file]")!;
}

function show(form: HTMLFormElement, recording: boolean): void {
  part(form, "record").hidden = recording;
  part(form, "stop").hidden = !recording;
  part(form, "level").hidden = !recording;
  (recording ? part(form, "stop") : part(form, "record")).focus();
}

function wrong(form: HTMLFormElement, why: string): void {
  const told = part(form, "wrong");
  told.textContent = why;
  told.classList.toggle("d-block", why !== "");
}

function take(form: HTMLFormElement, source: "recorded" | "uploaded"): void {
  const file = fileField(form).files?.[0];
  if (!file) return discard(form);
  if (file.size > Number(form.dataset.most)) {
    discard(form);
    return wrong(form, part(form, "wrong").dataset.tooBig ?? "");
  }
  wrong(form, "");
  const heard = part(form, "take").querySelector("audio")!;
  URL.revokeObjectURL(heard.src);
  heard.src = URL.createObjectURL(file);
  part(form, "take").hidden = false;
  part<HTMLInputElement>(form, "source").value = source;
  part<HTMLInputElement>(form, "choose").checked = true;
  part(form, "choose").dispatchEvent(new Event("change", { bubbles: true }));
}

function discard(form: HTMLFormElement): void {
  const heard = part(form, "take").querySelector("audio")!;
  heard.pause();
  URL.revokeObjectURL(heard.src);
  heard.removeAttribute("src");
  part(form, "take").hidden = true;
  fileField(form).value = "";
  part<HTMLInputElement>(form, "source").value = "uploaded";
}

async function record(form: HTMLFormElement): Promise<void> {
  const told = part(form, "wrong").dataset;
  wrong(form, "");
  part(form, "lasts").textContent = "0:00"; // of the take before it would stand there until the microphone is ready
  running?.drop();
  if (!window.isSecureContext || navigator.mediaDevices === undefined) return wrong(form, told.insecure ?? "");
  try {
    // The prompt is the voice alone: what makes talks clear would cut and pump it.
    const stream = await navigator.mediaDevices.getUserMedia({ audio: { echoCancellation: false, noiseSuppression: false, autoGainControl: false } });
    running = new Recording(form, stream, new MediaRecorder(stream));
  } catch (refused) {
    const name = (refused as DOMException).name;
    wrong(form, (name === "NotAllowedError" ? told.refused : name === "NotFoundError" ? told.none : told.busy) ?? "");
  }
}

export function startRecorder(): void {
  document.addEventListener("click", (event) => {
    const pressed = (event.target as Element).closest("[data-record], [data-stop], [data-discard]");
    const form = pressed?.closest<HTMLFormElement>("form[data-recorder]");
    if (!form) return;
    if (pressed!.matches("[data-record]")) void record(form);
    else if (pressed!.matches("[data-stop]")) running?.stop();
    else discard(form);
  });
  document.addEventListener("change", (event) => {
    const field = event.target as HTMLInputElement;
    const form = field.closest<HTMLFormElement>("form[data-recorder]");
    if (form && field.type === "file") take(form, "uploaded");
  });
  document.addEventListener("htmx:beforeSwap", (event) => {
    if ((event as CustomEvent).detail.target?.id === "page") running?.drop();
  });
}
