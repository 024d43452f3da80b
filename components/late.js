// A tab's scripts, fetched from this machine once the tab is on the screen: they would double what the first page weighs.
// The files of `props.scripts` become the body of one function of `element`, `props` and `server`, as if they were here.

const asked = props.scripts.map(async (file) => {
  const answer = await fetch(new URL(file, document.baseURI));
  if (!answer.ok) throw new Error(answer.statusText);
  return answer.text();
});
Promise.all(asked).then(
  (parts) => new Function("element", "props", "server", parts.join("\n"))(element, props, server),
  () => {
    const says = element.querySelector(".says");
    says.textContent = "The server does not answer: reload the page once it is there again.";
    says.classList.add("problem");
  },
);
