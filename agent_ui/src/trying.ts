// A flow tried out: the keys of the keyboard are those of the telephone, and what is new comes into view.
import { onAppear, within } from "./appear";

const TYPING = "input, select, textarea, [contenteditable]";

export function startTrying(): void {
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey || (event.target as Element).closest(TYPING)) return;
    const keys = [...document.querySelectorAll<HTMLButtonElement>("#simulation [data-keypad]")];
    const key = keys.find((one) => one.dataset.keypad === event.key);
    if (!key) return;
    event.preventDefault();
    key.click();
  });
  onAppear((root) => {
    for (const list of within<HTMLElement>(root, "[data-scroll-end]")) list.scrollTop = list.scrollHeight;
    for (const view of within<HTMLElement>(root, "[data-follow]")) follow(view);
  });
}

function follow(view: HTMLElement): void {
  const frame = view.querySelector<HTMLElement>("[data-flow-scroll]");
  const step = document.getElementById(view.dataset.follow ?? "");
  if (!frame || !step) return;
  const [outer, inner] = [frame.getBoundingClientRect(), step.getBoundingClientRect()];
  frame.scrollTop += inner.top - outer.top - outer.height / 2;
  frame.scrollLeft += inner.left + inner.width / 2 - outer.left - outer.width / 2;
}
