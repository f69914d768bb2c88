/* The board asks for itself through htmx; here is what a person must not lose by that: what they write, what they have
   opened, and their peace. Nothing is asked for while nobody looks. */

const news = document.querySelector("[data-board-news]");
let opened = [];

const isTheBoard = (event) => event.detail.target?.id === "board" || event.detail.elt?.id === "board";
const board = () => document.getElementById("board");

document.body.addEventListener("htmx:beforeRequest", (event) => {
  if (isTheBoard(event) && document.hidden) event.preventDefault();
});

document.body.addEventListener("htmx:beforeSwap", (event) => {
  if (!isTheBoard(event)) return;
  const isAsked = [...board().querySelectorAll(".asks-why[open]")].length > 0;
  if (isAsked) event.detail.shouldSwap = false; // somebody is answering
  opened = [...board().querySelectorAll("details[open]")].map((each) => each.id);
});

document.body.addEventListener("htmx:afterSettle", () => {
  for (const id of opened) document.getElementById(id)?.setAttribute("open", "");
  opened = [];
  tell();
});

/* Only what is new is told: that something failed, that all is done. */
function tell() {
  const said = board().dataset.news;
  if (news.dataset.told !== undefined && news.dataset.told !== said) news.textContent = said;
  news.dataset.told = said;
}

tell();
