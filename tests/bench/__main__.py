"""`make bench`: prints figures and asserts nothing. Absolute times are of this machine and this hour; ratios travel."""

import argparse

from tests.bench import alignment, judging, pages, pipeline_time, remembering, searching, sentence_ends, serving


def main() -> None:
    """Run every benchmark."""
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    parser.add_argument("--entries", type=int, nargs="+", default=[1_000, 100_000], help="entries per language")
    parser.add_argument("--rounds", type=int, default=31, help="alternating rounds per figure")
    parser.add_argument("--long-documents", type=int, default=10_000, help="to search in; 0 leaves the times out")
    parser.add_argument("--open-half", action="store_true", help="leave the sealed halves of the labelled sets shut")
    given = parser.parse_args()
    pipeline_time.report(given.rounds)
    remembering.report()
    sentence_ends.report(open_half=given.open_half)
    alignment.report(open_half=given.open_half)
    pages.report(given.entries, given.rounds)
    serving.report(given.entries, max(given.rounds // 5, 3))
    judging.report(open_half=given.open_half)
    searching.report(given.long_documents, open_half=given.open_half)


if __name__ == "__main__":
    main()
