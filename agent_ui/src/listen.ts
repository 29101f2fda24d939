// [data-play="address"] plays a sound, and stops it when pressed again; one at a time.
// With data-play-text="id" it is what stands in that field, spoken in data-language.

const sound = new Audio();
let button: HTMLElement | null = null;

function address(pressed: HTMLElement): string {
  const field = pressed.dataset.playText;
  if (field === undefined) return pressed.dataset.play ?? "";
  const text = (document.getElementById(field) as HTMLTextAreaElement | null)?.value ?? "";
  return `/prompts/spoken?${new URLSearchParams({ language: pressed.dataset.language ?? "", text })}`;
}

function still(): void {
  sound.pause();
  button?.classList.remove("active");
  button?.removeAttribute("aria-pressed");
  button = null;
}

function play(pressed: HTMLElement): void {
  const again = pressed === button;
  still();
  if (again) return;
  button = pressed;
  pressed.classList.add("active");
  pressed.setAttribute("aria-pressed", "true");
  sound.src = address(pressed);
  sound.play().catch(() => {
    if (button !== pressed || sound.error === null) return; // another one was pressed meanwhile
    still();
    pressed.classList.add("btn-outline-danger");
    window.setTimeout(() => pressed.classList.remove("btn-outline-danger"), 2000);
  });
}

export function startListen(): void {
  sound.addEventListener("ended", still);
  document.addEventListener("click", (event) => {
    const pressed = (event.target as Element).closest<HTMLElement>("[data-play]");
    if (pressed) play(pressed);
  });
  document.addEventListener("htmx:beforeSwap", (event) => {
    if ((event as CustomEvent).detail.target?.id === "page") still();
  });
}
