// Plotly, fetched from this machine once somebody looks at the tab, and the colours of its pictures.

let fetching = null;

/** Plotly itself. It is a few megabytes, so that nothing waits for it but the picture. */
function plotly() {
  fetching ??= new Promise((resolve, reject) => {
    if (window.Plotly) return resolve(window.Plotly);
    const script = make("script");
    script.src = new URL(props.plotly, document.baseURI).href;
    script.onload = () => resolve(window.Plotly);
    script.onerror = () => {
      fetching = null;
      script.remove();
      reject(new Error("no plotly"));
    };
    document.head.append(script);
  });
  return fetching;
}

const isDark = () => document.body.classList.contains("dark");
const colour = (name) => getComputedStyle(element).getPropertyValue(name).trim();

// One hue, its lightness even in both themes: nothing is the ground, the strongest weight is the strongest contrast.
// After ColorBrewer's sequential schemes; the last ones of the dark theme are the light ones.
const RAMPS = {
  light: ["#ffffff", "#e4f1ef", "#b5dcd6", "#7dc0b7", "#479f95", "#1c7a70", "#0a4f49", "#052b28"],
  dark: ["#192228", "#1d3b3b", "#1f5755", "#23766f", "#35978b", "#62b9a9", "#a0d8c8", "#e6f7ee"],
};
const ramp = () => RAMPS[isDark() ? "dark" : "light"];

/** 256 colours as [r, g, b]: what a byte of a picture looks like. */
function palette() {
  const stops = ramp().map((hex) => [1, 3, 5].map((at) => parseInt(hex.slice(at, at + 2), 16)));
  return Array.from({ length: 256 }, (_, byte) => {
    const place = (byte / 255) * (stops.length - 1);
    const [below, part] = [Math.min(Math.floor(place), stops.length - 2), place % 1];
    const share = place >= stops.length - 1 ? 1 : part;
    return stops[below].map((low, each) => Math.round(low + (stops[below + 1][each] - low) * share));
  });
}

const colourscale = () => ramp().map((hex, place, all) => [place / (all.length - 1), hex]);

/** base64 -> bytes */
const bytesOf = (data) => Uint8Array.from(atob(data), (character) => character.charCodeAt(0));

/** 0.1342 -> "13.4%": for people; the readout gives all digits. */
const percent = (share) => (share >= 0.1 ? `${(100 * share).toFixed(0)}%` : `${(100 * share).toFixed(1)}%`);

/** All digits that single precision has. */
const digits = (number) => (number === 0 ? "0" : Math.abs(number) < 1e-4 ? number.toExponential(4) : number.toPrecision(7));

const RIGHT_TO_LEFT = /[\p{Script=Arabic}\p{Script=Hebrew}\p{Script=Thaana}]/u;
const runsRight = (content) => RIGHT_TO_LEFT.test(content.match(/\p{L}/u)?.[0] ?? "");
