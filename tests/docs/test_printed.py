"""Pages that show what their examples print: filled in from a run, or refused with the reason."""

import pytest

from docs.makers import ROOT
from docs.makers.printed import filled, main, shows_what_is_printed
from tsunagari.sim.problems import Failure

PAGE = """\
# A page

```yaml
# small.yaml
market: {customers: 50, months: 1}
```

```sh
uv run tsunagari check small.yaml  # a remark
```

<!-- printed -->
old
<!-- end -->

```python
from pathlib import Path

for number in range(5):
    print(number, "   ")
Path("made.png").write_bytes(b"new")
```

Words.

<!-- printed: 2 lines -->
<!-- end -->

<!-- continues -->
```python
print(number + 1)
```

<!-- printed -->
<!-- end -->

<!-- picture: made.png -->
![What it shows](picture.png)
"""


def test_a_page_shows_what_its_blocks_print(tmp_path, capsys):
    page = tmp_path / "page.md"
    page.write_text(PAGE, encoding="utf-8")
    assert main([str(page)]) == 0
    text = page.read_text(encoding="utf-8")
    shown = [part.split("<!-- end -->")[0] for part in text.split("<!-- printed")[1:]]
    assert shown[1] == ": 2 lines -->\n\n```\n0\n1\n…\n```\n\n"
    assert shown[2] == " -->\n\n```\n5\n```\n\n"
    assert "small.yaml" in shown[0]
    assert "old" not in text
    assert (tmp_path / "picture.png").read_bytes() == b"new"
    assert main([str(page)]) == 0
    assert page.read_text(encoding="utf-8") == text  # filled in once is filled in
    assert not shows_what_is_printed("# Nothing to fill in\n")


@pytest.mark.parametrize(
    ("page", "told"),
    [
        ("```sh\nuv run tsunagari check no.yaml\n```\n", "ended with status 2: no.yaml"),
        ("<!-- picture: no.png -->\n![None](no.png)\n", "has made the picture no.png"),
    ],
)
def test_a_page_that_does_not_work_is_not_filled_in(page, told, tmp_path):
    with pytest.raises(Failure, match=told):
        filled(page, tmp_path, tmp_path)
    with pytest.raises(ValueError, match="only tsunagari is run"):
        filled("```sh\nrm results\n```\n", tmp_path, tmp_path)


def test_every_place_to_fill_in_follows_a_block_and_has_been_filled_in():
    pages = [page.read_text(encoding="utf-8") for page in (ROOT / "docs").glob("*.md")]
    shown = [part for text in pages for part in text.split("<!-- printed")[1:]]
    assert len(shown) > 3
    for part in shown:
        assert part.split("<!-- end -->")[0].count("```") == 2
