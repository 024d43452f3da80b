"""results.json of benchmarks.tokenizer -> README.md beside it, and charts in pictures/: python -m benchmarks.report"""

import json
from pathlib import Path
from typing import Any

from benchmarks.peers import FEWEST, INSIDE_WORDS, LEARNED, MERGES, PEERS, TIMED

HERE = Path(__file__).resolve().parent
RESULTS, PAGE = HERE / "results.json", HERE / "README.md"
PICTURES = HERE.parent / "pictures"

HEAD = """# Our tokenizers beside their peers

    python -m benchmarks.tokenizer --json benchmarks/results.json                   # everything, on one core
    python -m benchmarks.tokenizer speed --threads 2 --json benchmarks/results.json
    python -m benchmarks.report                                                     # this page and its charts

All learn from the same file with the same number of entries, everything counted, and none alters the text. "Across
spaces" is the peer at its best: every option on that allows tokens across spaces, scripts and digits (and across the
ends of sentences, which ours never do). `benchmarks/peers.py` has each setting. Where an end inside an akshara costs
more than a quarter of a token while our entries are chosen (Marathi, Telugu, Gujarati), it is as in
`training/tokenizers.py`, so that no more than a tenth of the tokens are broken.
"""

SECTIONS = {
    "languages": "## Characters per token, 4,999 entries",
    "sizes": "## Characters per token against entries, Hindi",
    "aksharas": "## Tokens against broken aksharas",
    "speed": "## Speed, one core",
    "speed, 2 threads": "## Speed, two cores",
    "growth": "## Does the time grow with the length alone?",
}


LARGE = ("hi", "bn", "mr", "te", "ta", "ur", "kn", "ml", "pa", "ne")


def tables(results: dict[str, Any]) -> str:
    """Each section as Markdown, with the machine that it ran on."""
    parts = []
    for key, title in SECTIONS.items():
        if found := results.get(key):
            make = MAKE[key.partition(",")[0]]
            parts.append(f"{title}\n\n{make(found['results'])}\n\n{found['machine']}; threads: {found['threads']}.")
    return "\n\n".join(parts)


def rate(row: dict[str, Any]) -> float:
    return float(row["characters"] / row["tokens"])


def language_table(found: dict[str, Any]) -> str:
    codes = list(found)
    lines = [f"| | {' | '.join(codes)} |", "| --- |" + " ---: |" * len(codes)]
    for each in LEARNED:
        best = [f"{rate(found[code][each.name]):.3f}" for code in codes]
        lines.append(f"| {each.name} | {' | '.join(best)} |")
    lines.append(f"| **tokens, ours with the fewest / best peer inside words** | {ratios(found, INSIDE_WORDS)} |")
    lines.append(f"| **tokens, ours with the fewest / best peer of all** | {ratios(found, PEERS)} |")
    for name in (FEWEST, MERGES):
        broken = " | ".join(f"{found[code][name]['broken']:.1%}" for code in codes)
        lines.append(f"| tokens that break an akshara, {name} | {broken} |")
    lines += ["", means(found)]
    return "\n".join(lines)


def ratio(rows: dict[str, Any], peers: list[str]) -> float:
    """Our tokens over those of the best peer."""
    return float(rows[FEWEST]["tokens"] / min(rows[name]["tokens"] for name in peers))


def ratios(found: dict[str, Any], peers: list[str]) -> str:
    return " | ".join(f"{ratio(found[code], peers):.3f}" for code in found)


def means(found: dict[str, Any]) -> str:
    """Over the languages with a megabyte of text."""
    large = [code for code in LARGE if code in found]
    inside, best = (sum(ratio(found[code], peers) for code in large) / len(large) for peers in (INSIDE_WORDS, PEERS))
    return (
        f"Mean of the {len(large)} languages with a megabyte of text to learn from: {inside:.3f} of the tokens of the"
        f" best peer inside words, {best:.3f} of those of the best of all."
    )


def size_table(found: dict[str, Any]) -> str:
    lines = [f"| | {' | '.join(f'{int(size):,}' for size in found)} |", "| --- |" + " ---: |" * len(found)]
    for each in LEARNED:
        lines.append(f"| {each.name} | {' | '.join(f'{rate(rows[each.name]):.3f}' for rows in found.values())} |")
    return "\n".join([*lines, "", "![](../pictures/tokens_by_entries.png)"])


def price_table(found: dict[str, Any]) -> str:
    prices = list(next(iter(found.values())))
    lines = [
        "Ours with the fewest tokens: characters per token, and the share of tokens that begin or end inside an"
        " akshara, by what such an end costs, in tokens, while entries are chosen.",
        "",
        f"| | {' | '.join(prices)} |",
        "| --- |" + " ---: |" * len(prices),
    ]
    for code, rows in found.items():
        cells = [f"{rate(row):.3f}, {row['broken']:.1%}" for row in rows.values()]
        lines.append(f"| {code} | {' | '.join(cells)} |")
    return "\n".join([*lines, "", "![](../pictures/tokens_by_aksharas.png)"])


def speed_table(found: dict[str, Any]) -> str:
    parts = []
    for text, table in found.items():
        lines = [
            f"**{text}**, {table['bytes'] / 1e6:.1f} MB",
            "",
            "| | train s | MiB | new MB/s | × ours, merges | × ours, fewest | again MB/s |",
            "| --- |" + " ---: |" * 6,
        ]
        for each in TIMED:
            row = table["rows"][each.name]
            trained = "– | –" if each.engine_of else f"{row['train_seconds']:.2f} | {row['train_mib']:.0f}"
            times = " | ".join(f"{row[f'new, times {ours}']:.2f}" for ours in (MERGES, FEWEST))
            name = each.name + (" (lossy)" if each.lossy else "")
            lines.append(
                f"| {name} | {trained} | {row['new_mb_per_second']:.1f} | {times} | {row['again_mb_per_second']:.1f} |"
            )
        parts.append("\n".join(lines))
    return "\n\n".join([*parts, "![](../pictures/throughput.png)"])


def growth_table(found: dict[str, Any]) -> str:
    lines = [
        f"| nanoseconds a character | {' | '.join(f'{length:,}' for length in found['lengths'])} |",
        "| --- |" + " ---: |" * len(found["lengths"]),
    ]
    for name, texts in found["seconds"].items():
        for text, seconds in texts.items():
            each = [f"{1e9 * one / length:.0f}" for one, length in zip(seconds, found["lengths"], strict=True)]
            lines.append(f"| {name}: {text} | {' | '.join(each)} |")
    return "\n".join(lines)


MAKE = {
    "languages": language_table,
    "sizes": size_table,
    "aksharas": price_table,
    "speed": speed_table,
    "growth": growth_table,
}


# -- charts -----------------------------------------------------------------------------------------------------------

OURS, THEIRS = ("#b3261e", "#e07a5f"), ("#1f4e79", "#3f7cac", "#7fb069", "#8d6a9f", "#6c757d", "#b08968", "#4a4e69")


def draw(results: dict[str, Any]) -> None:
    """Both charts, for pages of 900 pixels."""
    import matplotlib

    matplotlib.use("agg")
    if "sizes" in results:
        draw_sizes(results["sizes"]["results"])
    if "aksharas" in results:
        draw_prices(results["aksharas"]["results"])
    if speed := results.get("speed, 2 threads", results.get("speed")):
        draw_speed(speed)


def draw_sizes(found: dict[str, Any]) -> None:
    from matplotlib import pyplot

    figure, axes = pyplot.subplots(figsize=(9, 5.2), dpi=110)
    sizes = [int(size) for size in found]
    theirs = iter(THEIRS)
    for each in LEARNED:
        color = OURS[0 if each.name == FEWEST else 1] if each.ours else next(theirs)
        values = [rate(found[str(size)][each.name]) for size in sizes]
        axes.plot(sizes, values, marker="o", color=color, linewidth=2.6 if each.ours else 1.4, label=each.name)
    axes.set_xscale("log")
    axes.set_xticks(sizes, [f"{size:,}" for size in sizes])
    axes.minorticks_off()
    axes.set(xlabel="entries of the vocabulary", ylabel="characters per token", title="Hindi that was not learned from")
    axes.grid(alpha=0.3)
    axes.legend(fontsize=8, loc="upper left")
    figure.tight_layout()
    figure.savefig(PICTURES / "tokens_by_entries.png")
    pyplot.close(figure)


def draw_prices(found: dict[str, Any]) -> None:
    from matplotlib import pyplot

    figure, axes = pyplot.subplots(figsize=(9, 4.4), dpi=110)
    for color, (code, rows) in zip(THEIRS, found.items(), strict=False):
        shares = [100 * row["broken"] for row in rows.values()]
        values = [rate(row) for row in rows.values()]
        axes.plot(shares, values, marker="o", color=color, label=code)
        for price, share, value in zip(rows, shares, values, strict=True):
            axes.annotate(price, (share, value), textcoords="offset points", xytext=(4, 5), fontsize=8)
    axes.set(
        xlabel="tokens that begin or end inside an akshara, %",
        ylabel="characters per token",
        title="What an end inside an akshara costs, in tokens",
    )
    axes.grid(alpha=0.3)
    axes.legend()
    figure.tight_layout()
    figure.savefig(PICTURES / "tokens_by_aksharas.png")
    pyplot.close(figure)


def draw_speed(section: dict[str, Any]) -> None:
    from matplotlib import pyplot

    texts = section["results"]
    names = [each.name for each in TIMED if not each.lossy]
    ours = {each.name for each in TIMED if each.ours}
    figure, columns = pyplot.subplots(1, len(texts), figsize=(11, 4.6), dpi=110, sharey=True)
    for axes, (text, table) in zip(columns, texts.items(), strict=True):
        values = [table["rows"][name]["new_mb_per_second"] for name in names]
        axes.barh(names, values, color=[OURS[0] if name in ours else THEIRS[1] for name in names])
        axes.set_title(text)
        axes.set_xlabel("MB/s")
        axes.grid(axis="x", alpha=0.3)
    columns[0].invert_yaxis()
    columns[0].tick_params(axis="y", labelsize=8)
    figure.suptitle(f"Encoding text that was not seen before, cores: {section['threads']}")
    figure.tight_layout()
    figure.savefig(PICTURES / "throughput.png")
    pyplot.close(figure)


def page(results: dict[str, Any]) -> str:
    """README.md."""
    return f"{HEAD}\n{tables(results)}\n"


def main() -> None:
    """Write both."""
    results = json.loads(RESULTS.read_text(encoding="utf-8"))
    PAGE.write_text(page(results), encoding="utf-8")
    draw(results)


if __name__ == "__main__":
    main()
