// form[data-draft="key"]: what is typed survives a reload or navigation, and goes when it is saved or the user signs out.
import { onAppear, within } from "./appear";

type Field = HTMLInputElement | HTMLTextAreaElement | HTMLSelectElement;
const PREFIX = "draft:";

function place(form: HTMLFormElement): string {
  return `${PREFIX}${document.body.dataset.user ?? ""}:${form.dataset.draft}`;
}

function fields(form: HTMLFormElement): Field[] {
  return [...form.elements].filter(
    (one): one is Field =>
      (one instanceof HTMLInputElement && !["password", "hidden", "file", "submit", "button"].includes(one.type)) ||
      one instanceof HTMLTextAreaElement ||
      one instanceof HTMLSelectElement,
  );
}

function isTick(field: Field): field is HTMLInputElement {
  return field instanceof HTMLInputElement && (field.type === "checkbox" || field.type === "radio");
}

function keep(form: HTMLFormElement): void {
  const typed: [string, string][] = [];
  for (const field of fields(form)) {
    if (field.name && (!isTick(field) || field.checked)) typed.push([field.name, field.value]);
  }
  sessionStorage.setItem(place(form), JSON.stringify(typed));
}

function putBack(form: HTMLFormElement): void {
  const kept = sessionStorage.getItem(place(form));
  if (kept === null) return;
  const left = JSON.parse(kept) as [string, string][];
  for (const field of fields(form)) {
    if (isTick(field)) {
      field.checked = left.some(([name, value]) => name === field.name && value === field.value);
      continue;
    }
    const at = left.findIndex(([name]) => name === field.name);
    if (at >= 0) field.value = left.splice(at, 1)[0]![1];
  }
}

function saved(xhr: XMLHttpRequest, path: string): boolean {
  if (xhr.status < 200 || xhr.status >= 300) return false;
  const redirected = new URL(xhr.responseURL, location.href).pathname !== new URL(path, location.href).pathname;
  return xhr.status === 204 || redirected || (xhr.getResponseHeader("HX-Trigger") ?? "").includes("saved");
}

export function startDrafts(): void {
  onAppear((root) => {
    for (const form of within<HTMLFormElement>(root, "form[data-draft]")) putBack(form);
  });
  const typed = (event: Event) => {
    const form = (event.target as Field).form;
    if (form?.dataset.draft !== undefined) keep(form);
  };
  document.addEventListener("input", typed);
  document.addEventListener("change", typed);
  document.addEventListener("htmx:beforeSwap", (event) => {
    const detail = (event as CustomEvent).detail;
    const form = (detail.requestConfig.elt as HTMLElement).closest<HTMLFormElement>("form[data-draft]");
    if (form && detail.requestConfig.verb !== "get" && saved(detail.xhr, detail.pathInfo.requestPath)) sessionStorage.removeItem(place(form));
  });
  document.addEventListener("htmx:afterRequest", (event) => {
    const detail = (event as CustomEvent).detail;
    if (detail.pathInfo.requestPath !== "/sign-out" || detail.xhr.status >= 400) return;
    for (const key of Object.keys(sessionStorage)) if (key.startsWith(PREFIX)) sessionStorage.removeItem(key);
  });
}
