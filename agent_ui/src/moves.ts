// The dialog in which an agent chooses whom to ask or to send the customer to: what is typed narrows the list, a number offers the outside line.
import { onAppear, within } from "./appear";

const LEAST_DIGITS = 3;

export function startMoves(): void {
  onAppear((root) => {
    for (const form of within<HTMLFormElement>(root, "form[data-move]")) arrange(form);
    // A line that was pushed while the dialog is open.
    for (const line of within(root, "[data-find]")) {
      const form = line.closest<HTMLFormElement>("form[data-move]");
      if (form) narrow(form);
    }
  });
  document.addEventListener("moved", close);
  document.addEventListener("shown.bs.modal", (event) => (event.target as HTMLElement).querySelector<HTMLElement>("[autofocus]")?.focus());
  document.addEventListener("hidden.bs.modal", (event) => {
    const content = (event.target as HTMLElement).querySelector("#desk-move-content");
    if (content) content.replaceChildren();
  });
  // What has opened the dialog is replaced by every push; the dialog goes with its page.
  document.addEventListener("htmx:beforeHistorySave", close);
}

function close(): void {
  document.querySelector<HTMLElement>("#desk-move.show [data-bs-dismiss]")?.click();
}

function arrange(form: HTMLFormElement): void {
  form.addEventListener("input", () => {
    form.querySelector("#desk-move-error")?.replaceChildren();
    narrow(form);
  });
  form.addEventListener("keydown", (event) => {
    const lines = shown(form);
    const at = lines.indexOf(document.activeElement as HTMLButtonElement);
    if (event.key === "ArrowDown") lines[Math.min(at + 1, lines.length - 1)]?.focus();
    else if (event.key === "ArrowUp") (at > 0 ? lines[at - 1] : field(form))?.focus();
    else if (event.key === "Enter" && document.activeElement === field(form)) {
      if (field(form)?.value.trim()) lines[0]?.click();
    } else return;
    event.preventDefault();
  });
  narrow(form);
  field(form)?.focus();
}

function field(form: HTMLFormElement): HTMLInputElement | null {
  return form.querySelector<HTMLInputElement>("[data-move-find]");
}

function shown(form: HTMLFormElement): HTMLButtonElement[] {
  return [...form.querySelectorAll<HTMLButtonElement>("[data-move-list] button")].filter((one) => !one.hidden && !one.disabled);
}

function narrow(form: HTMLFormElement): void {
  const act = form.querySelector<HTMLInputElement>("input[name=act]:checked")?.value ?? "ask";
  const wanted = (field(form)?.value ?? "").trim().toLowerCase();
  for (const one of form.querySelectorAll<HTMLElement>("[data-when-act]")) one.hidden = one.dataset.whenAct !== act;
  for (const line of form.querySelectorAll<HTMLElement>("[data-find]")) {
    const fits = line.dataset.find?.toLowerCase().includes(wanted) ?? false;
    line.hidden = !fits || (line.dataset.whenAct !== undefined && line.dataset.whenAct !== act);
  }
  offerOutside(form, wanted);
  const nobody = form.querySelector<HTMLElement>("[data-move-nobody]");
  if (nobody) nobody.hidden = [...form.querySelectorAll<HTMLElement>("[data-move-list] button")].some((one) => !one.hidden);
}

function offerOutside(form: HTMLFormElement, typed: string): void {
  const line = form.querySelector<HTMLButtonElement>("[data-move-outside]");
  if (!line) return;
  const number = typed.replace(/[\s().-]/g, "");
  const inside = [...form.querySelectorAll<HTMLElement>("[data-find]")].some((one) => one.dataset.find?.split(" ").includes(number));
  line.hidden = !/^\+?[0-9]+$/.test(number) || number.length < LEAST_DIGITS || inside;
  line.value = `outside:${number}`;
  const shownNumber = line.querySelector("[data-move-number]");
  if (shownNumber) shownNumber.textContent = number;
}
