// What stays around the page: the menu's active entry, focus after a swap, toasts.
import htmx from "htmx.org";

const TOAST_MS = 12_000;

function markMenu(): void {
  let best: HTMLAnchorElement | null = null;
  const entries = [...document.querySelectorAll<HTMLAnchorElement>("#menu a")];
  for (const entry of entries) {
    const path = entry.pathname;
    const fits = location.pathname === path || location.pathname.startsWith(path.replace(/\/?$/, "/"));
    if (fits && path.length >= (best?.pathname.length ?? 0)) best = entry;
  }
  for (const entry of entries) {
    entry.classList.toggle("active", entry === best);
    if (entry === best) entry.setAttribute("aria-current", "page");
    else entry.removeAttribute("aria-current");
  }
}

function focusHeading(): void {
  const heading = document.querySelector<HTMLElement>("#page [autofocus], #page h1");
  if (!heading) return;
  if (heading.tagName === "H1") heading.tabIndex = -1;
  heading.focus({ preventScroll: true });
}

// A toast says what could not be done; it goes when it has been read.
function letToastsGo(): void {
  const toasts = document.getElementById("toasts");
  if (!toasts) return;
  new MutationObserver((changes) => {
    for (const added of changes.flatMap((change) => [...change.addedNodes])) setTimeout(() => (added as ChildNode).remove(), TOAST_MS);
  }).observe(toasts, { childList: true });
}

function sayUnreachable(): void {
  const pattern = document.querySelector<HTMLTemplateElement>("#unreachable");
  if (pattern) document.getElementById("toasts")?.append(pattern.content.cloneNode(true));
}

export function startShell(): void {
  markMenu();
  letToastsGo();
  for (const moved of ["htmx:pushedIntoHistory", "htmx:replacedInHistory"]) document.addEventListener(moved, markMenu);
  document.addEventListener("htmx:historyRestore", () => {
    markMenu();
    focusHeading();
  });
  document.addEventListener("htmx:afterSettle", (event) => {
    const detail = (event as CustomEvent).detail;
    if ((detail.target as HTMLElement | undefined)?.id === "page" && detail.requestConfig?.boosted) focusHeading();
  });
  document.addEventListener("htmx:sendError", sayUnreachable);
  document.addEventListener("click", (event) => {
    (event.target as HTMLElement).closest("[data-dismiss-toast]")?.closest(".toast")?.remove();
  });
  document.addEventListener("change", (event) => {
    const field = event.target as HTMLElement;
    if (field.matches("[data-submit-on-change]")) htmx.closest(field, "form")?.dispatchEvent(new Event("submit", { bubbles: true, cancelable: true }));
  });
}
