"""The way to every screen of the contact sheets, without the camera."""

from bot.running import Process
from telegram_sandbox.client import SandboxClient
from tools.pictures.contact_sheets.cases import Case
from tools.pictures.contact_sheets.sheets import set_up
from tools.pictures.contact_sheets.subjects import SUBJECTS


async def test_every_screen_is_reached_with_the_bag_and_the_name_wanted(
    client: SandboxClient, process: Process
) -> None:
    shown = {}
    for user, subject in enumerate(SUBJECTS, 1001):
        walk = await set_up(client, process, user, Case(subject, "en", 10, "markup"))
        shown[subject.title] = (await walk.player.menu()).text

    assert len(set(shown.values())) == len(SUBJECTS), "two ways lead to one screen"
    assert "🎒 10 / 30" in shown["main"]
    for subject in SUBJECTS:
        assert subject.named == ("<b>&amp;</b>" in shown[subject.title])
