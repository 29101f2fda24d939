// A call's recordings on its time line: the cursor moves with the sound, and a place on the line can be listened to.

function sounds(): HTMLAudioElement[] {
  return [...document.querySelectorAll<HTMLAudioElement>("#page audio[data-began]")];
}

// What a recording leaves out, as [from, to] in milliseconds since the call began.
function leftOut(sound: HTMLAudioElement): [number, number][] {
  return JSON.parse(sound.dataset.leftOut ?? "[]") as [number, number][];
}

// The moment of the call (ms since it began) at which a place in the sound was spoken.
function momentOf(sound: HTMLAudioElement, place: number): number {
  let at = Number(sound.dataset.began) + place;
  for (const [from, to] of leftOut(sound)) if (at >= from) at += to - from;
  return at;
}

// The place in the sound (ms) of a moment of the call.
function placeOf(sound: HTMLAudioElement, at: number): number {
  const out = leftOut(sound).reduce((sum, [from, to]) => sum + Math.max(0, Math.min(at, to) - from), 0);
  return Math.max(0, at - Number(sound.dataset.began) - out);
}

function follow(sound: HTMLAudioElement): void {
  const line = document.getElementById("timeline");
  const cursor = document.getElementById("timeline-cursor");
  if (!line || !cursor) return;
  const at = momentOf(sound, sound.currentTime * 1000);
  const place = `${Math.min(100, (at / Number(line.dataset.span)) * 100)}%`;
  cursor.setAttribute("x1", place);
  cursor.setAttribute("x2", place);
  cursor.setAttribute("visibility", "visible");
}

// at: milliseconds since the call began
function listenFrom(at: number): void {
  const sound = sounds().reverse().find((one) => Number(one.dataset.began) <= at + 1000);
  if (!sound) return;
  for (const other of sounds()) if (other !== sound) other.pause();
  const begin = (): void => {
    sound.currentTime = placeOf(sound, at) / 1000;
    void sound.play();
  };
  if (sound.readyState >= HTMLMediaElement.HAVE_METADATA) begin();
  else {
    sound.addEventListener("loadedmetadata", begin, { once: true });
    sound.load();
    sound.preload = "auto";
  }
}

function inSound(at: number): boolean {
  return sounds().some((one) => at >= Number(one.dataset.began) && at <= momentOf(one, Number(one.dataset.length)));
}

export function startPlayer(): void {
  for (const moved of ["timeupdate", "seeking", "play"]) {
    document.addEventListener(
      moved,
      (event) => {
        if (event.target instanceof HTMLAudioElement && event.target.dataset.began !== undefined) follow(event.target);
      },
      true, // these events do not bubble
    );
  }
  document.addEventListener("click", (event) => {
    const target = event.target as Element;
    const button = target.closest<HTMLElement>("[data-seek]");
    if (button) return listenFrom(Number(button.dataset.seek));
    const line = target.closest<SVGSVGElement>("#timeline");
    if (!line) return;
    const box = line.getBoundingClientRect();
    const at = ((event.clientX - box.left) / box.width) * Number(line.dataset.span);
    if (inSound(at)) listenFrom(at);
  });
}
