// The list of findings. Rows are keyed by finding, so that an update touches only what changed: the reader's
// place, focus and text selection stay. Texts arrive as plain strings and are set as text, never as HTML.

const COLUMNS = ["level", "what", "who", "case", "when", "state"];
const FRESH_MS = 8000;
const BLANK_MS = 5000;
const lists = new WeakMap();

export default function ({ data, parentElement, setTriggerValue }) {
  const list = lists.get(parentElement) ?? start(parentElement);
  list.open = (id) => {
    setTriggerValue("open", id);
    setTimeout(reloadIfBlank, BLANK_MS);
  };
  draw(list, data);
  listen(list);
  return () => document.removeEventListener("keydown", list.keys);
}

// Streamlit 1.67 now and then loses what it draws when a page is left while a fragment of it runs (seen on a machine
// under heavy load: "Bad delta path index"): the case's page then stays blank until it is loaded anew.
function reloadIfBlank() {
  const blank = !document.querySelector(".mj-board, .mj-case, .mj-empty, .mj-notice");
  if (blank) location.reload();
}

function start(parent) {
  const table = make("table", "mj-board");
  const head = table.createTHead().insertRow();
  const body = table.createTBody();
  parent.append(table);
  const list = { table, head, body, rows: new Map(), view: null, open: () => {}, keys: () => {} };
  lists.set(parent, list);
  return list;
}

function draw(list, { heads, rows, view, title, wall }) {
  list.table.classList.toggle("wall", Boolean(wall));
  if (list.head.cells.length === 0) COLUMNS.forEach((name) => list.head.append(make("th", name)));
  COLUMNS.forEach((name, at) => write(list.head.cells[at], heads[name]));
  document.title = title;

  const sameView = list.view === view;
  list.view = view;
  const kept = new Set(rows.map((row) => row.id));
  for (const [id, shown] of list.rows) {
    if (!kept.has(id)) {
      shown.line.remove();
      list.rows.delete(id);
    }
  }
  let before = null;
  for (const row of rows) {
    let shown = list.rows.get(row.id);
    if (!shown) {
      shown = line(list, row.id);
      list.rows.set(row.id, shown);
      if (sameView) freshen(shown.line);
    }
    fill(shown, row);
    const place = before ? before.nextSibling : list.body.firstChild;
    if (place !== shown.line) list.body.insertBefore(shown.line, place);
    before = shown.line;
  }
}

function line(list, id) {
  const tr = make("tr");
  const cells = Object.fromEntries(COLUMNS.map((name) => [name, tr.appendChild(make("td", name))]));
  const badge = cells.level.appendChild(make("span", "badge"));
  const link = cells.what.appendChild(make("a"));
  const lead = cells.what.appendChild(make("span", "mj-lead"));
  const parts = { badge, link, lead };
  for (const name of ["rule", "post", "item", "found", "late"]) parts[name] = make("div", "sub");
  for (const name of ["who", "case", "when", "state"]) parts[name] = cells[name].appendChild(make("div"));
  cells.what.append(parts.rule);
  cells.who.append(parts.post);
  cells.case.append(parts.item);
  cells.when.append(parts.found);
  cells.state.append(parts.late);
  tr.addEventListener("click", (event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey || String(getSelection())) return;
    event.preventDefault();
    list.open(id);
  });
  return { line: tr, parts };
}

function fill({ line, parts }, row) {
  line.dataset.severity = row.severity;
  line.dataset.status = row.status;
  if (parts.link.getAttribute("href") !== row.href) parts.link.setAttribute("href", row.href);
  write(parts.link, row.message);
  parts.lead.hidden = !row.lead;
  for (const name of ["badge", "lead", "late", "rule", "who", "post", "case", "item", "when", "found", "state"]) {
    write(parts[name], row[name]);
  }
}

function listen(list) {
  document.removeEventListener("keydown", list.keys);
  list.keys = (event) => {
    const typing = event.target.closest?.("input, textarea, select, [role=combobox], [contenteditable=true]");
    if (typing || event.ctrlKey || event.metaKey || event.altKey) return;
    const step = { ArrowDown: 1, j: 1, ArrowUp: -1, k: -1 }[event.key];
    if (step) {
      const links = [...list.body.querySelectorAll("a")];
      const at = links.indexOf(document.activeElement);
      const next = links[at < 0 ? 0 : Math.min(links.length - 1, Math.max(0, at + step))];
      if (!next) return;
      event.preventDefault();
      next.focus({ preventScroll: true });
      next.closest("tr").scrollIntoView({ block: "nearest" });
    } else if (event.key === "/") {
      const search = document.querySelector(".st-key-f_q input");
      if (!search) return;
      event.preventDefault();
      search.focus();
    }
  };
  document.addEventListener("keydown", list.keys);
}

function freshen(tr) {
  tr.classList.add("fresh");
  setTimeout(() => tr.classList.remove("fresh"), FRESH_MS);
}

function make(name, className) {
  const element = document.createElement(name);
  if (className) element.className = className;
  return element;
}

function write(element, text) {
  if (element.textContent !== text) element.textContent = text;
}
