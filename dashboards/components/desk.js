// The inbox of the desk. Rows are keyed by finding, so that an update touches only what changed: the reader's place,
// focus and ticks stay. Texts arrive as plain strings and are set as text, never as HTML.

const COLUMNS = ["pick", "level", "what", "who", "state", "until"];
const FRESH_MS = 8000;
const lists = new WeakMap();

export default function ({ data, parentElement, setStateValue, setTriggerValue }) {
  const list = lists.get(parentElement) ?? start(parentElement);
  list.tell = () => setStateValue("picked", [...list.picked]);
  list.open = (id) => setTriggerValue("open", id);
  if (data.round !== list.round) {
    list.round = data.round; // what was ticked has been acted on
    list.picked.clear();
    list.tell();
  }
  draw(list, data);
  listen(list);
  return () => document.removeEventListener("keydown", list.keys);
}

function start(parent) {
  const table = make("table", "mj-board mj-desk");
  const head = table.createTHead().insertRow();
  const body = table.createTBody();
  const help = make("dialog", "mj-keyhelp");
  parent.append(table, help);
  const list = { table, head, body, help, rows: new Map(), groups: new Map(), picked: new Set(), round: 0, keys: () => {} };
  lists.set(parent, list);
  return list;
}

function draw(list, { heads, rows, groups, view, keys, title }) {
  if (list.head.cells.length === 0) COLUMNS.forEach((name) => list.head.append(make("th", name)));
  COLUMNS.forEach((name, at) => write(list.head.cells[at], heads[name] ?? ""));
  if (title) document.title = title;
  const sameView = list.view === view;
  list.view = view;
  const kept = new Set(rows.map((row) => row.id));
  let lost = false;
  for (const [id, shown] of list.rows) {
    if (kept.has(id)) continue;
    shown.line.remove();
    list.rows.delete(id);
    lost = list.picked.delete(id) || lost;
  }
  for (const [name, line] of list.groups) {
    if (!rows.some((row) => row.urgency === name)) {
      line.remove();
      list.groups.delete(name);
    }
  }
  let before = null;
  let group = null;
  for (const row of rows) {
    if (row.urgency !== group) {
      group = row.urgency;
      before = place(list, groupLine(list, group, groups[group]), before);
    }
    let shown = list.rows.get(row.id);
    if (!shown) {
      shown = line(list, row.id);
      list.rows.set(row.id, shown);
      if (sameView) freshen(shown.line);
    }
    fill(list, shown, row);
    before = place(list, shown.line, before);
  }
  help(list, keys);
  if (lost) list.tell();
}

function place(list, line, before) {
  const spot = before ? before.nextSibling : list.body.firstChild;
  if (spot !== line) list.body.insertBefore(line, spot);
  return line;
}

function groupLine(list, name, label) {
  let tr = list.groups.get(name);
  if (!tr) {
    tr = make("tr", "group");
    const cell = tr.appendChild(make("th"));
    cell.colSpan = COLUMNS.length;
    tr.dataset.urgency = name;
    list.groups.set(name, tr);
  }
  write(tr.firstChild, label);
  return tr;
}

function line(list, id) {
  const tr = make("tr", "row");
  const cells = Object.fromEntries(COLUMNS.map((name) => [name, tr.appendChild(make("td", name))]));
  const box = cells.pick.appendChild(make("input"));
  box.type = "checkbox";
  box.addEventListener("change", () => pick(list, id, box.checked));
  const parts = { box, badge: cells.level.appendChild(make("span", "badge")) };
  parts.link = cells.what.appendChild(make("a"));
  parts.lead = cells.what.appendChild(make("span", "mj-lead"));
  for (const [name, cell] of [["rule", "what"], ["post", "who"], ["held", "state"], ["left", "until"]]) {
    parts[name] = make("div", "sub");
    const top = cell === "what" ? null : cells[cell].appendChild(make("div"));
    if (top) parts[cell] = top;
    cells[cell].append(parts[name]);
  }
  tr.addEventListener("click", (event) => {
    if (event.target === box || event.ctrlKey || event.metaKey || event.shiftKey || String(getSelection())) return;
    event.preventDefault();
    list.open(id);
  });
  return { line: tr, parts };
}

function fill(list, { line, parts }, row) {
  line.dataset.severity = row.severity;
  line.dataset.urgency = row.urgency;
  line.dataset.open = row.open ? "1" : "";
  if (parts.link.getAttribute("href") !== row.href) parts.link.setAttribute("href", row.href);
  write(parts.link, row.message);
  parts.box.checked = list.picked.has(row.id);
  parts.box.setAttribute("aria-label", row.message);
  line.classList.toggle("picked", parts.box.checked);
  parts.lead.hidden = !row.lead;
  for (const name of ["badge", "lead", "rule", "who", "post", "state", "held", "until", "left"]) write(parts[name], row[name]);
}

function pick(list, id, on) {
  if (on) list.picked.add(id);
  else list.picked.delete(id);
  const shown = list.rows.get(id);
  shown.parts.box.checked = on;
  shown.line.classList.toggle("picked", on);
  list.tell();
}

function listen(list) {
  document.removeEventListener("keydown", list.keys);
  list.keys = (event) => {
    const box = event.target.type === "checkbox";
    const typing = !box && event.target.closest?.("input, textarea, select, [role=combobox], [contenteditable=true]");
    if (typing || event.ctrlKey || event.metaKey || event.altKey) return;
    const links = [...list.body.querySelectorAll("a")];
    const here = document.activeElement?.closest?.("tr.row")?.querySelector("a");
    const at = links.indexOf(here);
    const id = [...list.rows].find(([, shown]) => shown.parts.link === here)?.[0];
    const step = { ArrowDown: 1, j: 1, ArrowUp: -1, k: -1 }[event.key];
    if (step && links.length) {
      const next = links[at < 0 ? 0 : Math.min(links.length - 1, Math.max(0, at + step))];
      next.focus({ preventScroll: true });
      next.closest("tr").scrollIntoView({ block: "nearest" });
    } else if (event.key === "x" && id) pick(list, id, !list.picked.has(id));
    else if (event.key === "a") {
      const all = list.picked.size < list.rows.size;
      for (const one of list.rows.keys()) pick(list, one, all);
    } else if (event.key === "?") list.help.open ? list.help.close() : list.help.showModal();
    else if (event.key === "Escape" && list.picked.size && !list.help.open) {
      for (const one of [...list.picked]) pick(list, one, false);
    } else if (event.key === "r") document.querySelector(".st-key-act textarea")?.focus();
    else if (event.key === "/") document.querySelector(".st-key-d_q input")?.focus();
    else return;
    event.preventDefault();
  };
  document.addEventListener("keydown", list.keys);
}

function help(list, { title, close, lines }) {
  const text = JSON.stringify([title, close, lines]);
  if (list.helpText === text) return;
  list.helpText = text;
  const heading = make("h2");
  write(heading, title);
  const keys = make("dl");
  for (const [key, what] of lines) {
    const pair = keys.appendChild(make("div"));
    write(pair.appendChild(make("dt")).appendChild(make("kbd")), key);
    write(pair.appendChild(make("dd")), what);
  }
  const button = make("button");
  write(button, close);
  button.addEventListener("click", () => list.help.close());
  list.help.replaceChildren(heading, keys, button);
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
  if (element.textContent !== (text ?? "")) element.textContent = text ?? "";
}
