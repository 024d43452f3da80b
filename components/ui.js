// The heading: one switch for large type. `?projector=1` opens the page with it on.

const projector = element.querySelector("button");

function set(on) {
  document.documentElement.classList.toggle("projector", on);
  projector.setAttribute("aria-pressed", String(on));
}

set(new URLSearchParams(location.search).get("projector") === "1");

projector.addEventListener("click", () => {
  const on = projector.getAttribute("aria-pressed") !== "true";
  set(on);
  const address = new URL(location.href);
  if (on) address.searchParams.set("projector", "1");
  else address.searchParams.delete("projector");
  history.replaceState(history.state, "", address);
});
