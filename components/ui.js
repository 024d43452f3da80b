// The heading: one switch for large type, and a word on an address that names no tab.

const projector = element.querySelector("button");
const asked = new URLSearchParams(location.search);

function set(on) {
  document.documentElement.classList.toggle("projector", on);
  projector.setAttribute("aria-pressed", String(on));
}

set(asked.get("projector") === "1");

projector.addEventListener("click", () => {
  const on = projector.getAttribute("aria-pressed") !== "true";
  set(on);
  const address = new URL(location.href);
  if (on) address.searchParams.set("projector", "1");
  else address.searchParams.delete("projector");
  history.replaceState(history.state, "", address);
});

const tabs = element.querySelector("[data-tabs]").dataset.tabs.split(" ");
const tab = asked.get("tab");
if (tab !== null && !tabs.includes(tab)) {
  element.querySelector(".pathshala-says").textContent =
    `There is no tab “${tab.slice(0, 40)}”: this is the first one. There are: ${tabs.join(", ")}.`;
}
