// The guided lesson: one step after the other, each opens a section with an example and says what to look at. A tab that
// has one defines `openStep(step)`, which shows it, and may define `leaveLesson()`, which brings back what was there.

const { lesson } = props.known;
const lessonBar = find(".lesson");
let lessonStep = -1; // -1: no lesson

function lessonTo(step) {
  lessonStep = Math.max(-1, Math.min(lesson.length - 1, step));
  lessonBar.hidden = lessonStep < 0;
  find(".lesson-begin").ariaPressed = String(lessonStep >= 0);
  if (lessonStep < 0) {
    if (typeof leaveLesson === "function") leaveLesson();
    return find(".lesson-begin").focus();
  }
  const { title, says: words } = lesson[lessonStep];
  find(".lesson-title").textContent = `${lessonStep + 1} of ${lesson.length}: ${title}`;
  find(".lesson-says").textContent = words;
  find(".lesson-back").disabled = lessonStep === 0;
  find(".lesson-next").textContent = lessonStep === lesson.length - 1 ? "The end" : "Next ›";
  openStep(lesson[lessonStep]);
}

find(".lesson-begin").addEventListener("click", () => lessonTo(lessonStep < 0 ? 0 : -1));
find(".lesson-back").addEventListener("click", () => lessonTo(lessonStep - 1));
find(".lesson-next").addEventListener("click", () => lessonTo(lessonStep === lesson.length - 1 ? -1 : lessonStep + 1));
find(".lesson-leave").addEventListener("click", () => lessonTo(-1));
