// Sliders of a plan's page: they choose among plans that were solved beforehand. Without this script the table below them
// says the same.
const grid = JSON.parse(document.getElementById("grid").textContent);
const sliders = ["budgets", "weeks", "qualities"].map((name) => document.getElementById(name));

function show() {
  const at = sliders.map((slider) => Number(slider.value));
  sliders.forEach((slider, number) => {
    const label = grid[slider.id][at[number]];
    slider.setAttribute("aria-valuetext", label);
    slider.nextElementSibling.textContent = label;
  });
  const place = grid.places[at[0]][at[1]][at[2]];
  document.getElementById("brings").textContent =
    `Gain ${place.gain} (${place.compared}), for ${place.cost}, in ${place.hours} of each person. ` +
    `What holds it back: ${place.binding}.`;
}

sliders.forEach((slider) => slider.addEventListener("input", show));
document.getElementById("sliders").hidden = false;
document.getElementById("all-plans").open = false;
show();
