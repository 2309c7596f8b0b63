// The plan of windows. Tiles are keyed by window, so that an update touches only what changed: the reader's place and
// focus stay. Texts arrive as plain strings and are set as text, never as HTML.

const PARTS = ["name", "word", "since", "marks", "badge"];
const plans = new WeakMap();

export default function ({ data, parentElement, setTriggerValue }) {
  const plan = plans.get(parentElement) ?? start(parentElement);
  plan.open = (id) => setTriggerValue("open", id);
  draw(plan, data.groups);
}

function start(parent) {
  const root = make("div", "mj-plan");
  parent.append(root);
  const plan = { root, groups: new Map(), tiles: new Map(), open: () => {} };
  plans.set(parent, plan);
  return plan;
}

function draw(plan, groups) {
  const kept = new Set(groups.flatMap((group) => group.tiles.map((tile) => tile.id)));
  forget(plan.tiles, kept, (shown) => shown.link);
  forget(plan.groups, new Set(groups.map((group) => group.id)), (shown) => shown.section);
  let last = null;
  for (const group of groups) {
    let shown = plan.groups.get(group.id);
    if (!shown) {
      const section = make("section");
      shown = { section, head: section.appendChild(make("h3")), box: section.appendChild(make("div", "tiles")) };
      plan.groups.set(group.id, shown);
    }
    write(shown.head, group.title);
    shown.section.style.setProperty("--many", group.tiles.length);
    shown.head.hidden = !group.title;
    place(plan.root, shown.section, last);
    last = shown.section;
    let before = null;
    for (const tile of group.tiles) {
      const one = plan.tiles.get(tile.id) ?? made(plan, tile.id);
      fill(one, tile);
      place(shown.box, one.link, before);
      before = one.link;
    }
  }
}

function forget(known, kept, element) {
  for (const [id, shown] of known) {
    if (kept.has(id)) continue;
    element(shown).remove();
    known.delete(id);
  }
}

function made(plan, id) {
  const link = make("a");
  const top = link.appendChild(make("span", "top"));
  const parts = { shape: top.appendChild(make("i")), word: top.appendChild(make("b", "word")) };
  parts.badge = top.appendChild(make("em", "badge"));
  for (const name of ["name", "since", "marks"]) parts[name] = link.appendChild(make("span", name));
  parts.shape.setAttribute("aria-hidden", "true");
  link.addEventListener("click", (event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    plan.open(id);
  });
  const one = { link, parts };
  plan.tiles.set(id, one);
  return one;
}

function fill({ link, parts }, tile) {
  for (const [name, value] of [["state", tile.state], ["severity", tile.severity], ["late", tile.late]]) {
    if (link.dataset[name] !== String(value)) link.dataset[name] = value;
  }
  if (link.getAttribute("href") !== tile.href) link.setAttribute("href", tile.href);
  if (link.title !== tile.title) link.title = tile.title;
  for (const name of PARTS) {
    write(parts[name], tile[name]);
    parts[name].hidden = !tile[name];
  }
}

function place(parent, element, before) {
  const next = before ? before.nextSibling : parent.firstChild;
  if (element !== next) parent.insertBefore(element, next);
}

function make(name, className) {
  const element = document.createElement(name);
  if (className) element.className = className;
  return element;
}

function write(element, text) {
  if (element.textContent !== text) element.textContent = text;
}
