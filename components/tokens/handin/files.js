// The files, the commands and the zip; continues the section's script.

// -- the files ------------------------------------------------------------------------------------

function drawTree() {
  let folder = "";
  const about = Object.fromEntries(shownKit.folders);
  const rows = [];
  for (const [path, size] of shownKit.files) {
    const at = path.lastIndexOf("/");
    const own = path.slice(0, Math.max(0, at));
    if (own !== folder) {
      folder = own;
      rows.push(make("p", "handin-folder", `${folder}/`));
      rows.at(-1).append(make("small", "", about[folder]));
    }
    const button = make("button", at < 0 ? "" : "inside", path.slice(at + 1));
    button.type = "button";
    button.dataset.path = path;
    button.append(make("small", "", kilobytes(size)));
    rows.push(button);
  }
  tree.replaceChildren(...rows);
  roving(tree);
  showFile(shownKit.files.some(([path]) => path === shownFile) ? shownFile : "gradio/README.md");
}

function showFile(wanted) {
  const [path, , beginning, whole, about] = shownKit.files.find(([each]) => each === wanted);
  shownFile = path;
  for (const button of tree.querySelectorAll("button")) button.ariaPressed = String(button.dataset.path === path);
  preview.textContent = whole ? beginning : `${beginning}…`;
  preview.scrollTop = 0;
  preview.setAttribute("aria-label", `The file ${path}`);
  const cut = whole ? "" : ` Shown are its first ${props.known.preview.toLocaleString("en")} characters.`;
  find(".handin-about").textContent = `${path}: ${about}.${cut}`;
}

tree.addEventListener("click", (event) => {
  const path = event.target.closest("button")?.dataset.path;
  if (!path) return;
  showFile(path);
  address();
});

// -- the commands ---------------------------------------------------------------------------------

function drawCommands() {
  const rows = shownKit.uploads.map(({ folder, create, upload }) => {
    const row = make("div", "handin-space");
    row.append(make("b", "", `${folder}/`), command("make it, once", create), command("upload it", upload));
    return row;
  });
  find(".handin-commands").replaceChildren(
    command("once, on your machine", 'pip install -U "huggingface_hub>=2.4"'),
    command("once, to sign in", "hf auth login"),
    ...rows,
    make("p", "hint", "Run them in the unpacked folder. A static Space any account may have; a free account older than 30 days two ZeroGPU Spaces (August 2026)."),
  );
}

function command(what, content) {
  const row = make("div", "handin-command");
  const button = make("button", "", "Copy");
  button.type = "button";
  button.ariaLabel = `Copy: ${what}: ${content}`;
  button.addEventListener("click", async () => {
    button.textContent = (await copied(content)) === "Copied." ? "Copied" : "Not allowed";
    setTimeout(() => (button.textContent = "Copy"), 3000);
    button.focus();
  });
  row.append(make("span", "", what), make("code", "", content), button);
  return row;
}

// -- the zip --------------------------------------------------------------------------------------

find(".handin-download").addEventListener("click", async () => {
  if (!shownKit) return;
  const told = find(".handin-downloaded");
  try {
    const answer = await ask("zip", { tokenizer: shownKit.tokenizer });
    if (answer.error) return void (told.textContent = answer.error);
    const bytes = Uint8Array.from(atob(answer.zip), (letter) => letter.charCodeAt(0));
    save(answer.name, new Blob([bytes], { type: "application/zip" }));
    told.textContent = `${answer.name} is saved. Unpack it, answer the three questions, upload.`;
  } catch {
    told.textContent = DOWN;
  }
});

return {
  show(asked) {
    shownFile = asked?.get("file") ?? shownFile;
    if (shownKit && !asked && [...chooser.options].some(({ value }) => value === shownKit.tokenizer)) return;
    const shared = props.known.examples.some(([id]) => id === lab.language()) ? lab.language() : "";
    offer(asked?.get("of") || lab.own()?.key || shared);
    sendKit(chooser.value);
  },
  ownChanged() {
    offer(lab.own()?.key);
    sendKit(chooser.value);
  },
  parameters() {
    const of = chooser.value.startsWith("own:") ? {} : { of: chooser.value };
    return shownFile && shownFile !== "gradio/README.md" ? { ...of, file: shownFile } : of;
  },
  python: () => shownKit?.python ?? { sentence: "There is no kit yet." },
  picture: () => cardBox.querySelector("svg"),
  rows: () =>
    shownKit
      ? [
          ["requirement", "found", "holds"],
          ...shownKit.checks.map(([rule, found, holds]) => [rule, found, holds ? "yes" : "no"]),
          ["file", "bytes", ""],
          ...shownKit.files.map(([path, size]) => [path, size, ""]),
        ]
      : [],
};
