"""Photos as they are kept: a plain JPEG of bounded size, without place, device and time of taking.

What a camera writes into its files tells where and when somebody stood; nobody agreed to that.
"""

from io import BytesIO
from typing import Any

from django.core.files.base import ContentFile
from django.utils.translation import gettext as _
from PIL import Image, ImageOps, UnidentifiedImageError

FORMATS = ("JPEG", "PNG", "WEBP")
MOST_PIXELS = 60_000_000  # what a phone takes, and far below what would exhaust the memory
QUALITY = 85


class NoPhoto(ValueError):
    """The file is no photo that can be kept; the message is for people."""


def plain_photo(file: Any, side: int) -> ContentFile:
    """Return the photo upright, at most ``side`` pixels long, as a JPEG without any other data.

    Raises:
        NoPhoto: no JPEG, PNG or WebP, a damaged file, or too many pixels.
    """
    try:
        with Image.open(file, formats=FORMATS) as found:
            if found.width * found.height > MOST_PIXELS:
                raise NoPhoto(_("照片的像素太多，请缩小后上传。"))
            upright = ImageOps.exif_transpose(found).convert("RGB")
    except (UnidentifiedImageError, Image.DecompressionBombError, OSError, SyntaxError) as error:
        raise NoPhoto(_("照片应为 JPG、PNG 或 WebP 图片。")) from error
    upright.thumbnail((side, side))
    bare = Image.new("RGB", upright.size)
    bare.paste(upright)
    out = BytesIO()
    bare.save(out, "JPEG", quality=QUALITY)
    return ContentFile(out.getvalue(), name="photo.jpg")
