"""Messages that are neither text nor photo: contacts and places."""

from html import escape

from aiogram.methods import SendLocation, SendVenue

from telegram_sandbox.errors import BadRequestError
from telegram_sandbox.world.model import Json, Message, User

FARTHEST_NORTH = 90.0
FARTHEST_EAST = 180.0
LEAST_ACCURATE = 1500.0
"""Metres."""
_DECIMALS = 6
POINT_NEMO: Json = {"latitude": -48.8767, "longitude": -123.3933}
"""Where nobody lives."""
_DIRECTORIES = ("foursquare_id", "foursquare_type", "google_place_id", "google_place_type")


def contact_json(user: User) -> Json:
    """A number that belongs to nobody."""
    names = {"first_name": user.first_name, "last_name": user.last_name}
    known = {field: name for field, name in names.items() if name is not None}
    return {"phone_number": f"99966{user.id % 100_000:05d}", **known, "user_id": user.id}


def full_name(names: Json) -> str:
    return " ".join(filter(None, (names["first_name"], names.get("last_name"))))


def location_json(given: SendLocation | SendVenue) -> Json:
    # Comparisons say no to what is not a number, too.
    is_on_earth = abs(given.latitude) <= FARTHEST_NORTH and abs(given.longitude) <= FARTHEST_EAST
    if not is_on_earth:
        raise BadRequestError("wrong location specified")
    location = rounded({"latitude": given.latitude, "longitude": given.longitude})
    accuracy = given.horizontal_accuracy if isinstance(given, SendLocation) else None
    if not accuracy:
        return location
    if not 0 <= accuracy <= LEAST_ACCURATE:
        raise BadRequestError(
            "horizontal_accuracy must be from 0 to 1500"
            " (the sandbox's own rule: Telegram would take the nearest of them)"
        )
    return location | rounded({"horizontal_accuracy": accuracy})


def rounded(place: Json) -> Json:
    return {name: round(value, _DECIMALS) for name, value in place.items()}


def venue_json(given: SendVenue) -> Json:
    venue: Json = {"location": location_json(given), "title": given.title, "address": given.address}
    return venue | given.model_dump(include=set(_DIRECTORIES), exclude_none=True)


def card_html(message: Message) -> str | None:
    """For people; None for a message of another kind."""
    if message.contact:
        number, name = message.contact["phone_number"], full_name(message.contact)
        return f"👤 {escape(name)}<br>+{escape(number)}"
    if not message.location:
        return None
    place = "{latitude:.5f}, {longitude:.5f}".format_map(message.location)
    if accuracy := message.location.get("horizontal_accuracy"):
        place += f" ± {accuracy:g} m"
    lines = [place]
    if message.venue:
        lines = [f"<b>{escape(message.venue['title'])}</b>", escape(message.venue["address"]), place]
    return f'<span class="card">{"<br>".join(lines)}</span>'


def gist(message: Message) -> str:
    """What a reply quotes of it."""
    if message.text:
        return message.text
    if message.venue:
        return str(message.venue["title"])
    kinds = {"Photo": message.photo, "Contact": message.contact, "Location": message.location}
    return next((kind for kind, content in kinds.items() if content), "")
