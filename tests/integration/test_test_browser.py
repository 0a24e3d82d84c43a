"""The tests' browser: it runs scripts, and it draws Chinese with a font that has the characters."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from playwright.sync_api import Browser

# Without a font for them, two different characters are drawn as the same empty box.
DRAWN = """text => {
  const canvas = document.createElement('canvas');
  canvas.width = canvas.height = 48;
  const pen = canvas.getContext('2d');
  pen.font = '40px sans-serif';
  pen.fillText(text, 2, 40);
  return canvas.toDataURL();
}"""


def test_the_browser_draws_chinese_characters_and_no_empty_boxes(chromium: Browser) -> None:
    page = chromium.new_page()
    page.set_content("<p lang=zh>绿溯</p>")
    assert page.inner_text("p") == "绿溯"
    assert page.evaluate(DRAWN, "绿") != page.evaluate(DRAWN, "溯")
    page.close()
