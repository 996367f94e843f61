// The page of an open question: sends what a person gives to the server that runs beside it, and nothing anywhere else.
"use strict";

const groups = [...document.querySelectorAll(".group")];
const alertLine = document.querySelector("[role=alert]");
let current = null;

function choose(group, focus = true) {
  if (!group) return;
  if (current) current.classList.remove("current");
  current = group;
  current.classList.add("current");
  if (focus) {
    current.focus({ preventScroll: true });
    current.scrollIntoView({ block: "start" });
  }
}

function complain(sentence) {
  alertLine.textContent = sentence;
  alertLine.hidden = false;
  alertLine.scrollIntoView({ block: "center" });
}

async function send(path, body) {
  let answer;
  try {
    answer = await fetch(path, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify(body),
    });
  } catch {
    return complain("The server does not answer: nothing was kept. Start it again with python -m grading mark.");
  }
  const said = await answer.json().catch(() => ({}));
  const failed = "The server has failed, and the terminal says why. Load the page again to see what was kept.";
  if (!answer.ok) return complain(said.error || failed);
  if (path === "mark") forgetDraft(current);
  sessionStorage.setItem("next", said.next || "");
  location.reload();
}

const texts = (group) => JSON.parse(group.dataset.texts);
const field = (group, name) => group.querySelector(`[name=${name}]`);
const boxes = (group) => [...group.querySelectorAll("input[type=checkbox]")];
const seenHints = () => JSON.parse(sessionStorage.getItem("hints") || "[]");

function give(group, points) {
  const atOnce = points !== undefined;
  const ticked = boxes(group).filter((box) => box.checked).map((box) => Number(box.value));
  send("mark", {
    texts: texts(group),
    seen: JSON.parse(group.dataset.seen),
    points: atOnce ? points : field(group, "points").value,
    boxes: atOnce || !boxes(group).length ? null : ticked,
    comment: field(group, "comment").value,
    hinted: texts(group).some((text) => seenHints().includes(text)),
  });
}

function sum(group) {
  const points = boxes(group).filter((box) => box.checked).reduce((all, box) => all + Number(box.dataset.points), 0);
  field(group, "points").value = points;
  keepDrafts();
}

function tick(group, place) {
  const box = boxes(group)[place];
  if (!box) return;
  box.checked = !box.checked;
  sum(group);
}

function tickAll(group) {
  const all = boxes(group).every((box) => box.checked);
  boxes(group).forEach((box) => (box.checked = !all));
  sum(group);
}

function takeOut(group, text) {
  if (text && texts(group).length > 1) send("split", { texts: texts(group), text });
}

document.addEventListener("click", (event) => {
  const group = event.target.closest(".group");
  if (group) choose(group, false);
  const button = event.target.closest("button");
  if (!button || button.type === "submit") return;
  const { do: what, atOnce, comment, forget } = button.dataset;
  if (atOnce !== undefined) give(group, Number(atOnce));
  else if (what === "undo") send("../../undo", {});
  else if (what === "keep") send("keep", {});
  else if (what === "split") takeOut(group, button.closest("article").dataset.text);
  else if (what === "save") send("../../comments", { text: field(group, "comment").value, remove: false });
  else if (forget !== undefined) send("../../comments", { text: forget, remove: true });
  else if (comment !== undefined) {
    const words = field(group, "comment");
    words.value = words.value ? `${words.value}\n${comment}` : comment;
    keepDrafts();
  }
});

document.addEventListener("submit", (event) => {
  event.preventDefault();
  give(event.target.closest(".group"));
});

document.addEventListener("change", (event) => {
  const group = event.target.closest(".group");
  if (event.target.type === "checkbox") sum(group);
  if (event.target.name === "other" && event.target.value)
    send("merge", { texts: texts(group), other: event.target.value });
});

document.addEventListener("toggle", (event) => {
  if (!event.target.matches?.(".hint[open]")) return;
  const group = event.target.closest(".group");
  sessionStorage.setItem("hints", JSON.stringify([...seenHints(), ...texts(group)]));
}, true);

document.addEventListener("focusin", (event) => choose(event.target.closest(".group") || current, false));

// What is filled in and not given yet outlives the loading of the page, in this tab.
const DRAFTS = `drafts ${location.pathname}`;
const filledIn = (group) => ({
  comment: field(group, "comment").value,
  points: field(group, "points").value,
  ticked: boxes(group).filter((box) => box.checked).map((box) => box.value),
});
const asLoaded = new Map(groups.map((group) => [group, JSON.stringify(filledIn(group))]));

function keepDrafts() {
  const changed = groups.filter((group) => JSON.stringify(filledIn(group)) !== asLoaded.get(group));
  sessionStorage.setItem(DRAFTS, JSON.stringify(Object.fromEntries(changed.map((one) => [one.id, filledIn(one)]))));
}

function forgetDraft(group) {
  const drafts = JSON.parse(sessionStorage.getItem(DRAFTS) || "{}");
  delete drafts[group.id];
  sessionStorage.setItem(DRAFTS, JSON.stringify(drafts));
}
document.addEventListener("input", keepDrafts);

const keys = {
  j: () => choose(groups[Math.min(groups.indexOf(current) + 1, groups.length - 1)]),
  k: () => choose(groups[Math.max(groups.indexOf(current) - 1, 0)]),
  g: () => give(current),
  a: () => tickAll(current),
  p: () => field(current, "points").select(),
  c: () => field(current, "comment").focus(),
  m: () => field(current, "other")?.focus(),
  t: () => takeOut(current, document.activeElement.closest("article")?.dataset.text),
  u: () => document.querySelector("[data-do=undo]")?.click(),
  h: () => {
    const hint = current.querySelector(".hint");
    if (hint) hint.open = true;
  },
};

document.addEventListener("keydown", (event) => {
  const at = event.target;
  if (event.key === "Escape" && current) return choose(current);
  if (event.ctrlKey || event.altKey || event.metaKey || !current) return;
  if (at.matches("textarea, select, input:not([type=checkbox])")) return;
  const digit = /^(?:Digit|Numpad)(\d)$/.exec(event.code);
  if (digit && event.shiftKey) give(current, Number(digit[1]));
  else if (digit && boxes(current).length) tick(current, Number(digit[1]) - 1);
  else if (digit) field(current, "points").value += digit[1];
  else if (keys[event.key]) keys[event.key]();
  else return;
  event.preventDefault();
});

const drafts = JSON.parse(sessionStorage.getItem(DRAFTS) || "{}");
for (const group of groups) {
  const draft = drafts[group.id];
  if (!draft) continue;
  field(group, "comment").value = draft.comment;
  field(group, "points").value = draft.points;
  boxes(group).forEach((box) => (box.checked = draft.ticked.includes(box.value)));
}
const wanted = document.getElementById(sessionStorage.getItem("next") || "");
sessionStorage.removeItem("next");
choose(wanted || document.querySelector(".group[data-waits]") || groups[0], Boolean(wanted));
