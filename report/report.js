"use strict";
// Shows one period at a time, that of the address or of the choice. Without a script all stand under each other.
const periods = [...document.querySelectorAll(".period")];
const choice = document.getElementById("period");

function show(period) {
  for (const each of periods) each.hidden = each !== period;
  if (choice) choice.value = period.id;
}

function named() {
  let element = null;
  try { element = document.getElementById(decodeURIComponent(location.hash.slice(1))); } catch { /* no such name */ }
  return element && element.closest(".period") ? element : null;
}

function followAddress() {
  const element = named();
  if (!element) return;
  show(element.closest(".period"));
  element.scrollIntoView();
}

show(periods.find((each) => each.dataset.first === "yes") ?? periods[0]);
followAddress();
window.addEventListener("hashchange", followAddress);
if (choice) {
  choice.closest("p").hidden = false;
  choice.addEventListener("change", () => {
    // The same question in the other period, where the address names one.
    const element = named();
    const old = element && element.closest(".period").id;
    const place = element && element.id !== old ? element.id.slice(old.length) : "";
    location.hash = document.getElementById(choice.value + place) ? choice.value + place : choice.value;
  });
}
// Paper has nothing to open.
let opened = [];
window.addEventListener("beforeprint", () => {
  opened = [...document.querySelectorAll(".evidence details:not([open])")];
  for (const each of opened) each.open = true;
});
window.addEventListener("afterprint", () => {
  for (const each of opened) each.open = false;
});
