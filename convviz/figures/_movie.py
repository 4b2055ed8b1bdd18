"""A scene played step by step into a file: GIF by Pillow, MP4 by ffmpeg."""

import shutil
import subprocess

from PIL import Image

from convviz.figures._layout import lay_out
from convviz.figures._raster import to_image

_LAST = 4  # how many times longer the last step stays


def save_gif(scene, path, seconds_per_step, scale):
    """Write all steps as an animated GIF that repeats."""
    frames = _frames(scene, scale)
    # One palette for all frames, from the last, which shows every colour: none flickers.
    palette = frames[-1].quantize(128)
    frames = [frame.quantize(palette=palette, dither=Image.Dither.NONE) for frame in frames]
    times = [int(1000 * seconds_per_step)] * (len(frames) - 1) + [int(1000 * _LAST * seconds_per_step)]
    frames[0].save(path, save_all=True, append_images=frames[1:], duration=times, loop=0)


def save_mp4(scene, path, seconds_per_step, scale):
    """Write all steps as a film that every slide program plays (H.264).

    Raises
    ------
    RuntimeError
        If ffmpeg is not installed, or does not take the frames.
    """
    program = shutil.which("ffmpeg")
    if program is None:
        raise RuntimeError(
            f"{path.name} needs the program ffmpeg, which is not on the PATH: install it "
            "(apt, brew or conda install ffmpeg), or save a .gif"
        )
    frames = _frames(scene, scale)
    frames += frames[-1:] * (_LAST - 1)
    wide, high = frames[0].size
    command = [
        *(program, "-y", "-loglevel", "error", "-f", "rawvideo", "-pix_fmt", "rgb24"),
        *("-s", f"{wide}x{high}", "-r", f"{1 / seconds_per_step:.6f}", "-i", "-"),
        *("-c:v", "libx264", "-pix_fmt", "yuv420p", "-r", "25", "-movflags", "+faststart", str(path)),
    ]
    film = b"".join(frame.tobytes() for frame in frames)
    done = subprocess.run(command, input=film, capture_output=True, check=False)
    if done.returncode:
        words = done.stderr.decode(errors="replace").strip()
        raise RuntimeError(f"ffmpeg could not write {path.name}: {words or done.returncode}")


def _frames(scene, scale):
    """A picture a step, all of one size with even sides (which H.264 asks for), on white."""
    steps = range(len(scene.steps)) if scene.steps else [None]
    pictures = [to_image(lay_out(scene, k, until=k), scale) for k in steps]
    wide, high = (max(picture.size[side] for picture in pictures) for side in (0, 1))
    frames = []
    for picture in pictures:
        frame = Image.new("RGB", (wide + wide % 2, high + high % 2), "white")
        frame.paste(picture, (0, 0))
        frames.append(frame)
    return frames
