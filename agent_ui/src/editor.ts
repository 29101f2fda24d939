// The editor of a flow's draft: saved as it is typed, with what is wrong beside its lines. A module of its own, loaded where it is needed.
import { defaultKeymap, history, historyKeymap, indentWithTab } from "@codemirror/commands";
import { yaml } from "@codemirror/lang-yaml";
import { bracketMatching, defaultHighlightStyle, foldGutter, foldKeymap, indentOnInput, indentUnit, syntaxHighlighting } from "@codemirror/language";
import { type Diagnostic, lintGutter, lintKeymap, setDiagnostics } from "@codemirror/lint";
import { highlightSelectionMatches, search, searchKeymap } from "@codemirror/search";
import { EditorState, type Text, type Transaction } from "@codemirror/state";
import { drawSelection, EditorView, highlightActiveLine, highlightActiveLineGutter, highlightSpecialChars, keymap, lineNumbers } from "@codemirror/view";

const PAUSE_MS = 700;
const AGAIN_MS = 3_000;
// From this share of what a text may have on it is said.
const NEARLY = 0.9;

type Which = "text" | "walks";
interface Finding {
  file: Which;
  line: number;
  level: "error" | "warning";
  what: string;
}
interface Answer {
  revision?: number;
  changed?: boolean;
  findings?: Finding[];
  checks?: string;
  message?: string;
  error?: string;
  theirs?: Kept;
}
interface Texts {
  text: string;
  walks: string;
}
interface Kept extends Texts {
  revision: number;
}

const look = EditorView.theme({
  "&": { height: "100%", fontSize: "0.8125rem", backgroundColor: "var(--tblr-bg-surface)", color: "var(--tblr-body-color)" },
  ".cm-scroller": { fontFamily: "var(--tblr-font-monospace)", lineHeight: "1.55" },
  ".cm-gutters": { backgroundColor: "var(--tblr-bg-surface-secondary)", color: "var(--tblr-secondary)", borderRight: "1px solid var(--tblr-border-color)" },
  ".cm-activeLine, .cm-activeLineGutter": { backgroundColor: "rgba(var(--tblr-primary-rgb), 0.06)" },
  ".cm-cursor": { borderLeftColor: "var(--tblr-body-color)" },
  "&.cm-focused": { outline: "none" },
});

// As UTF-8; a text that is surely small enough is not looked at closer.
function bytesOf(text: string, most: number): number {
  return text.length * 3 <= most * NEARLY ? 0 : new TextEncoder().encode(text).length;
}

export function start(root: HTMLElement): void {
  new Editor(root).open();
}

class Editor {
  private readonly view: EditorView;
  private readonly states: Record<Which, EditorState>;
  private shown: Which = "text";
  private revision: number;
  private saved: Texts;
  private findings: Finding[];
  private timer = 0;
  private running: Promise<boolean> | null = null;
  private theirs: Kept | null = null;
  private readonly place: string;

  constructor(private readonly root: HTMLElement) {
    this.saved = { text: this.area("text").value, walks: this.area("walks").value };
    this.revision = Number(root.dataset.revision);
    this.findings = JSON.parse(root.dataset.findings ?? "[]") as Finding[];
    this.place = `draft:${document.body.dataset.user ?? ""}:flow-${root.dataset.flow}`;
    this.states = { text: this.fresh(this.saved.text), walks: this.fresh(this.saved.walks) };
    // In a shadow root its styles are constructed sheets: the page's policy lets no style element in.
    const inside = this.one("[data-editor]").attachShadow({ mode: "open" });
    this.view = new EditorView({ state: this.states.text, parent: inside, root: inside, dispatchTransactions: (all, view) => this.changed(all, view) });
  }

  open(): void {
    this.mark();
    this.weigh(true);
    this.root.addEventListener("click", (event) => this.clicked(event.target as HTMLElement));
    this.root.addEventListener("shown.bs.tab", (event) => refresh((event.target as HTMLElement).dataset.bsTarget));
    this.on("htmx:confirm", (event) => this.beforePublishing(event as CustomEvent));
    this.on("htmx:beforeCleanupElement", (event) => event.target === this.root && this.close());
    const warning = document.getElementById("overtaken");
    warning?.querySelector("[data-take-theirs]")?.addEventListener("click", () => this.takeTheirs());
    warning?.querySelector("[data-keep-mine]")?.addEventListener("click", () => this.keepMine());
    this.comeBack();
  }

  private readonly heard: [string, (event: Event) => void][] = [];
  private on(name: string, hear: (event: Event) => void): void {
    document.addEventListener(name, hear);
    this.heard.push([name, hear]);
  }

  private close(): void {
    for (const [name, hear] of this.heard) document.removeEventListener(name, hear);
    if (this.unsaved()) void this.save();
    this.view.destroy();
  }

  // What was typed when the page was left before it could be saved.
  private comeBack(): void {
    const left = sessionStorage.getItem(this.place);
    if (left === null) return;
    const kept = JSON.parse(left) as Kept;
    if (kept.text === this.saved.text && kept.walks === this.saved.walks) return sessionStorage.removeItem(this.place);
    this.revision = kept.revision;
    this.put(kept);
    this.keep();
  }

  private fresh(doc: string): EditorState {
    return EditorState.create({
      doc,
      extensions: [
        lineNumbers(),
        foldGutter(),
        lintGutter(),
        highlightSpecialChars(),
        history(),
        drawSelection(),
        indentOnInput(),
        indentUnit.of("  "),
        bracketMatching(),
        syntaxHighlighting(defaultHighlightStyle, { fallback: true }),
        highlightActiveLine(),
        highlightActiveLineGutter(),
        highlightSelectionMatches(),
        search({ top: true }),
        EditorView.lineWrapping,
        EditorView.contentAttributes.of({ "aria-label": this.area("text").getAttribute("aria-label") ?? "" }),
        yaml(),
        keymap.of([...defaultKeymap, ...searchKeymap, ...historyKeymap, ...foldKeymap, ...lintKeymap, indentWithTab]),
        look,
      ],
    });
  }

  private changed(all: readonly Transaction[], view: EditorView): void {
    view.update(all);
    this.states[this.shown] = view.state;
    if (all.some((one) => one.docChanged)) this.keep();
  }

  private typed(): Texts {
    return { text: this.states.text.doc.toString(), walks: this.states.walks.doc.toString() };
  }

  private unsaved(): boolean {
    const typed = this.typed();
    return typed.text !== this.saved.text || typed.walks !== this.saved.walks;
  }

  private keep(): void {
    if (!this.unsaved()) return void this.weigh(true);
    const fits = this.weigh(this.keepHere());
    this.say("unsaved");
    if (this.theirs === null && fits) this.later(PAUSE_MS);
  }

  // Whether this window has kept what is typed: a browser has room for some megabytes.
  private keepHere(): boolean {
    try {
      sessionStorage.setItem(this.place, JSON.stringify({ ...this.typed(), revision: this.revision }));
      return true;
    } catch (wrong) {
      if (!(wrong instanceof DOMException)) throw wrong;
      sessionStorage.removeItem(this.place);
      return false;
    }
  }

  // Whether both texts may be saved; says so when one is nearly, or really, too large.
  private weigh(kept: boolean): boolean {
    const most = Number(this.root.dataset.most);
    const typed = this.typed();
    const sizes = (["text", "walks"] as const).map((which) => ({ which, bytes: bytesOf(typed[which], most) }));
    const largest = sizes.reduce((one, other) => (other.bytes > one.bytes ? other : one));
    const over = largest.bytes > most;
    // A page that is being left shows nothing any more.
    const warning = document.getElementById("too-large");
    if (warning === null) return !over;
    warning.hidden = largest.bytes <= most * NEARLY;
    warning.classList.toggle("alert-danger", over);
    warning.classList.toggle("alert-warning", !over);
    const words = (this.root.dataset[over ? "over" : "near"] ?? "")
      .replace("{file}", this.area(largest.which).getAttribute("aria-label") ?? "")
      .replace("{used}", String(Math.ceil(largest.bytes / 1024)))
      .replace("{most}", String(Math.floor(most / 1024)));
    warning.querySelector("[data-words]")!.textContent = kept ? words : `${words} ${this.root.dataset.unkept}`;
    return !over;
  }

  private later(ms: number): void {
    clearTimeout(this.timer);
    this.timer = window.setTimeout(() => void this.save(), ms);
  }

  // Whether all that is typed is saved now.
  private async save(): Promise<boolean> {
    clearTimeout(this.timer);
    while (this.running) await this.running;
    if (!this.unsaved()) return true;
    if (this.theirs !== null) return false;
    if (!this.weigh(this.keepHere())) {
      document.getElementById("too-large")?.scrollIntoView({ block: "nearest" });
      return false;
    }
    this.running = this.send(this.typed());
    try {
      return await this.running;
    } finally {
      this.running = null;
    }
  }

  private async send(texts: Texts): Promise<boolean> {
    this.say("saving");
    const form = new FormData();
    form.set("text", texts.text);
    form.set("walks", texts.walks);
    form.set("revision", String(this.revision));
    const headers = { ...(JSON.parse(document.body.getAttribute("hx-headers") ?? "{}") as Record<string, string>), Accept: "application/json" };
    let answer: Response;
    try {
      answer = await fetch(this.root.dataset.save!, { method: "POST", body: form, headers });
      if (answer.status >= 500) throw new Error(String(answer.status));
    } catch {
      this.say("away");
      if (this.root.isConnected) this.later(AGAIN_MS);
      return false;
    }
    const told = (await answer.json()) as Answer;
    if (!answer.ok) return this.refused(told);
    this.revision = told.revision!;
    this.saved = texts;
    if (this.unsaved()) this.keep();
    else {
      sessionStorage.removeItem(this.place);
      this.say("saved");
    }
    if (this.root.isConnected) this.show(told);
    return !this.unsaved();
  }

  private refused(told: Answer): boolean {
    if (told.theirs) {
      this.theirs = told.theirs;
      const warning = document.getElementById("overtaken")!;
      warning.querySelector("[data-words]")!.textContent = told.message ?? "";
      warning.hidden = false;
      warning.scrollIntoView({ block: "nearest" });
    }
    this.one("[data-state]").textContent = told.message || told.error || "";
    this.one("[data-state]").classList.add("text-danger");
    return false;
  }

  private takeTheirs(): void {
    const theirs = this.theirs!;
    this.settled(theirs);
    this.saved = theirs;
    this.put(theirs);
    sessionStorage.removeItem(this.place);
    this.say("saved");
    // The checks beside it are of their text already; ask for them by saving it unchanged.
    void this.send(theirs);
  }

  private keepMine(): void {
    this.settled(this.theirs!);
    void this.save();
  }

  private settled(theirs: Kept): void {
    this.revision = theirs.revision;
    this.saved = { text: theirs.text, walks: theirs.walks };
    this.theirs = null;
    document.getElementById("overtaken")!.hidden = true;
  }

  private put(texts: Texts): void {
    for (const which of ["text", "walks"] as const) {
      if (this.states[which].doc.toString() === texts[which]) continue;
      const changes = { from: 0, to: this.states[which].doc.length, insert: texts[which] };
      this.states[which] = this.states[which].update({ changes }).state;
    }
    this.view.setState(this.states[this.shown]);
    this.mark();
  }

  private show(told: Answer): void {
    this.findings = told.findings ?? [];
    this.mark();
    const pane = document.getElementById("pane-checks");
    if (pane) pane.innerHTML = told.checks ?? "";
    this.one("[data-changed]").hidden = !told.changed;
    const wrong = this.findings.filter((one) => one.level === "error").length;
    const badge = this.one("[data-wrong]");
    badge.textContent = String(wrong);
    badge.classList.toggle("bg-red", wrong > 0);
    badge.classList.toggle("bg-green", wrong === 0);
    this.root.querySelector<HTMLInputElement>("[data-publish] [name=revision]")!.value = String(this.revision);
    for (const other of document.querySelectorAll<HTMLInputElement>('#page form[action$="/take"] [name=revision]')) other.value = String(this.revision);
    refresh(this.root.querySelector<HTMLElement>("[data-bs-toggle=pill].active")?.dataset.bsTarget);
  }

  private mark(): void {
    const of = (which: Which, doc: Text): Diagnostic[] =>
      this.findings
        .filter((one) => one.file === which)
        .map((one) => {
          const line = doc.line(Math.min(Math.max(one.line, 1), doc.lines));
          const begin = line.from + (/^\s*/.exec(line.text)?.[0].length ?? 0);
          return { from: Math.min(begin, line.to), to: line.to, severity: one.level, message: one.what };
        });
    this.view.dispatch(setDiagnostics(this.view.state, of(this.shown, this.view.state.doc)));
  }

  private clicked(target: HTMLElement): void {
    const row = target.closest<HTMLElement>("[data-line]");
    const which = target.closest<HTMLElement>("[data-text]")?.dataset.text ?? row?.dataset.file;
    if (which === "text" || which === "walks") this.turn(which);
    if (row) this.goTo(Number(row.dataset.line));
  }

  private turn(which: Which): void {
    if (which !== this.shown) {
      this.shown = which;
      this.view.setState(this.states[which]);
      this.mark();
    }
    for (const button of this.root.querySelectorAll<HTMLElement>("[data-text]")) {
      button.classList.toggle("active", button.dataset.text === which);
      button.setAttribute("aria-pressed", String(button.dataset.text === which));
    }
    const download = this.root.querySelector<HTMLAnchorElement>("[data-download]")!;
    download.search = which === "walks" ? "?of=walks" : "";
  }

  private goTo(line: number): void {
    const { doc } = this.view.state;
    const at = doc.line(Math.min(Math.max(line, 1), doc.lines)).from;
    this.view.dispatch({ selection: { anchor: at }, effects: EditorView.scrollIntoView(at, { y: "center" }) });
    this.view.focus();
  }

  // What is published is what is on the screen.
  private beforePublishing(event: CustomEvent): void {
    const form = event.target as HTMLElement;
    if (!this.root.contains(form) || !form.matches("[data-publish]") || !this.unsaved()) return;
    event.preventDefault();
    void this.save().then((done) => done && (event.detail as { issueRequest: (skip: boolean) => void }).issueRequest(true));
  }

  private say(word: "saved" | "saving" | "unsaved" | "away"): void {
    const state = this.root.querySelector<HTMLElement>("[data-state]");
    if (!state) return;
    state.textContent = this.root.dataset[word] ?? "";
    state.classList.toggle("text-danger", word === "away");
  }

  private area(which: Which): HTMLTextAreaElement {
    return this.root.querySelector<HTMLTextAreaElement>(`textarea[name=${which}]`)!;
  }

  private one(selector: string): HTMLElement {
    return this.root.querySelector<HTMLElement>(selector)!;
  }
}

function refresh(pane: string | undefined): void {
  if (pane) document.querySelector(pane)?.dispatchEvent(new Event("refresh"));
}
