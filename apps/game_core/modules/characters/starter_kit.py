"""What a new character owns: enough of everything to try each kind of tap, and a second backpack page."""

STARTER_KIT: tuple[tuple[str, int], ...] = (
    ("iron_sword", 1),
    ("health_potion", 5),
    ("iron_shield", 1),
    ("leather_helmet", 1),
    ("leather_armor", 1),
    ("leather_pants", 1),
    ("leather_boots", 1),
    ("copper_ring", 1),
    ("hunting_bow", 1),
    ("strength_elixir", 2),
    ("bread", 3),
    ("fireball_scroll", 1),
    ("iron_ore", 12),
    ("sealed_letter", 1),
)
