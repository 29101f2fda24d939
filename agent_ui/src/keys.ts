// data-key="alt+1" on a button, link or field: the key presses or focuses it, and its tooltip says so.
import { onAppear, within } from "./appear";

function pressed(event: KeyboardEvent): string {
  const parts = [event.ctrlKey && "ctrl", event.altKey && "alt", event.shiftKey && "shift"].filter(Boolean);
  const letter = event.altKey && /^(Key|Digit)/.test(event.code) ? event.code.replace(/^(Key|Digit)/, "") : event.key;
  return [...parts, letter.toLowerCase()].join("+");
}

function shown(key: string): string {
  return key.split("+").map((part) => part.charAt(0).toUpperCase() + part.slice(1)).join("+");
}

function visible(one: HTMLElement): boolean {
  return one.getClientRects().length > 0 && !one.matches(":disabled");
}

export function startKeys(): void {
  onAppear((root) => {
    for (const one of within(root, "[data-key]")) {
      const key = shown(one.dataset.key ?? "");
      const name = one.title || one.getAttribute("aria-label") || one.textContent?.trim().replace(/\s+/g, " ") || "";
      one.setAttribute("aria-keyshortcuts", key);
      if (!name.endsWith(`(${key})`)) one.title = `${name} (${key})`;
    }
  });
  document.addEventListener("keydown", (event) => {
    const wanted = pressed(event);
    const fitting = [...document.querySelectorAll<HTMLElement>("[data-key]")].filter((one) => one.dataset.key?.toLowerCase() === wanted && visible(one));
    const target = fitting.find((one) => one.closest("#page")) ?? fitting[0]; // the page in hand comes before the menu around it
    if (!target) return;
    event.preventDefault();
    if (target.matches("input:not([type=checkbox]):not([type=radio]), textarea, select")) target.focus();
    else target.click();
  });
}
