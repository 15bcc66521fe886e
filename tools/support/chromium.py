"""How the tests and the pictures start Chromium."""

# Who names features replaces Playwright's own list; this is what matters of it.
_AS_PLAYWRIGHT = (
    "AvoidUnnecessaryBeforeUnloadCheckSync",
    "HttpsUpgrades",
    "PaintHolding",
    "ThirdPartyStoragePartitioning",
)
# Each window has an address bar, whose suggestions are web pages: two thirds of what it costs.
_ADDRESS_BAR = ("WebUIOmniboxPopup", "WebUIOmniboxAimPopup", "WebUIOmniboxFullPopup")
FLAGS = [
    "--no-sandbox",
    "--disable-dev-shm-usage",
    "--disable-gpu",
    "--disable-background-networking",
    f"--disable-features={','.join((*_AS_PLAYWRIGHT, *_ADDRESS_BAR))}",
]
