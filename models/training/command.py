# SPDX-License-Identifier: Apache-2.0
"""The command line of every `train.py`."""

from __future__ import annotations

import argparse
import hashlib
import tempfile
from pathlib import Path
from typing import Any

import numpy as np
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn
from rich.table import Table

from vmote.errors import VmoteError
from vmote.firmware.card import load_card

from . import card as cards
from . import int8, metrics
from .recipe import Data, Recipe


def main(recipe: Recipe) -> int:
    """Train, convert, measure, write."""
    parser = argparse.ArgumentParser(description=f"Train the model {recipe.name}: {recipe.card['title']}")
    mode = parser.add_mutually_exclusive_group()
    mode.add_argument("--check", action="store_true", help="train anew and compare with model.yaml; write nothing")
    mode.add_argument("--evaluate", action="store_true", help="measure the committed .tflite; needs no TensorFlow")
    parser.add_argument("--epochs", type=int, default=recipe.epochs, help=f"default {recipe.epochs}")
    parser.add_argument("--no-plots", action="store_true", help="leave the pictures as they are")
    asked = parser.parse_args()
    if asked.epochs < 1:
        parser.error(f"--epochs must be at least 1, not {asked.epochs}")
    if asked.epochs != recipe.epochs and not (asked.check or asked.evaluate):
        parser.error("--epochs other than the recipe's goes with --check: the committed model stays reproducible")
    out = Console()
    try:
        return evaluate(recipe, out) if asked.evaluate else train(recipe, asked, out)
    except VmoteError as error:
        out.print(f"[red]{error}[/]", highlight=False)
        return error.exit_code


def evaluate(recipe: Recipe, out: Console) -> int:
    """Measure the committed file on the held-out data; compare with its card."""
    record = load_card(recipe.folder / "model.yaml")
    digest = hashlib.sha256(record.path.read_bytes()).hexdigest()
    with _bar(out) as bar:
        data = _data(recipe, bar)
        measured = {"int8": _int8(recipe, data, record.path, bar)}
    show(out, recipe, measured)
    wrong = cards.differences(record.metrics, measured)
    if digest != record.sha256:
        wrong.append(
            f"{record.file} is not the file the card speaks of: sha256 {digest[:12]}…, card {record.sha256[:12]}…"
        )
    return _conclude(out, wrong)


def train(recipe: Recipe, asked: argparse.Namespace, out: Console) -> int:
    """Train with the recipe's seed and either write the result or compare it with the record."""
    from . import convert, tensorflow  # noqa: PLC0415

    tf = tensorflow.load(recipe.seed)
    import keras  # noqa: PLC0415

    with _bar(out) as bar:
        data = _data(recipe, bar)
        model = recipe.build(keras, data)
        history, best = _fit(keras, model, recipe, data, asked.epochs, bar)
        step = bar.add_task("converting", total=1)
        pick = np.random.default_rng(recipe.seed).permutation(len(data.train.x))[: recipe.calibration]
        blob = convert.to_int8(tf, model, data.train.x[pick])
        bar.update(step, completed=1)
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder) / f"{recipe.name}.tflite"
            file.write_bytes(blob)
            scores = np.asarray(model.predict(data.test.x, verbose=0), dtype=np.float64)
            measured = {"float": _summary(recipe, data, scores), "int8": _int8(recipe, data, file, bar)}
            if recipe.probe:
                measured["float"] |= recipe.probe(lambda x: np.asarray(model.predict(x, verbose=0), dtype=np.float64))
    show(out, recipe, measured)
    out.print(f"{recipe.name}.tflite: {len(blob)} bytes, {model.count_params()} parameters, epoch {best + 1} kept")
    if asked.check:
        return _conclude(out, cards.differences(load_card(recipe.folder / "model.yaml").metrics, measured))
    path = recipe.folder / str(recipe.card["file"])
    path.write_bytes(blob)
    versions = f"TensorFlow {tf.__version__}, Keras {keras.__version__}"
    composed = cards.compose(recipe, data, blob, measured, versions)
    out.print(f"wrote {path} and {cards.write(recipe, composed)}")
    if not asked.no_plots:
        _draw(recipe, data, path, history, best, model)
    return 0


def show(out: Console, recipe: Recipe, measured: dict[str, dict[str, float]]) -> None:
    """Print the metrics side by side."""
    table = Table(title=f"{recipe.name}, held-out data")
    table.add_column("metric")
    kinds = list(measured)
    for kind in kinds:
        table.add_column(kind, justify="right")
    for key in measured[kinds[0]]:
        if " as " in key:  # the confusion table: in the card and in a picture
            continue
        table.add_row(key, *(f"{measured[kind].get(key, float('nan')):.4f}" for kind in kinds))
    out.print(table)


def _conclude(out: Console, wrong: list[str]) -> int:
    for line in wrong:
        out.print(f"[red]differs[/] {line}", highlight=False)
    if not wrong:
        out.print(f"[green]as recorded[/] in model.yaml, within {cards.TOLERANCE:.2f}")
    return 1 if wrong else 0


def _bar(out: Console) -> Progress:
    columns = (TextColumn("{task.description:<34}"), BarColumn(), MofNCompleteColumn())
    return Progress(*columns, TimeElapsedColumn(), TimeRemainingColumn(), console=out, transient=not out.is_terminal)


def _data(recipe: Recipe, bar: Progress) -> Data:
    task = bar.add_task("data", total=100)

    def tick(share: float, what: str) -> None:
        bar.update(task, completed=round(100 * share), description=what)

    data = recipe.data(tick)
    bar.update(task, completed=100, description="data")
    return data


def _fit(
    keras: Any, model: Any, recipe: Recipe, data: Data, epochs: int, bar: Progress
) -> tuple[dict[str, list[float]], int]:
    outputs = int(np.prod(model.output_shape[1:]))
    steps = epochs * -(-len(data.train.x) // recipe.batch)
    rate = keras.optimizers.schedules.CosineDecay(recipe.rate, steps, alpha=0.01)
    targets = {"train": data.train.y, "validation": data.validation.y}
    if outputs == 1:
        loss, name = keras.losses.BinaryCrossentropy(), "binary_accuracy"
    else:
        loss = keras.losses.CategoricalCrossentropy(label_smoothing=recipe.smoothing)
        name = "categorical_accuracy"
        # The row after the last label is for examples of no label: all outputs alike.
        rows = np.vstack([np.eye(outputs), np.full((1, outputs), 1 / outputs)]).astype(np.float32)
        targets = {key: rows[value] for key, value in targets.items()}
    model.compile(optimizer=keras.optimizers.Adam(rate), loss=loss, metrics=[name])
    task = bar.add_task("training", total=epochs)

    class Best(keras.callbacks.Callback):  # type: ignore[misc, name-defined]
        """Keeps the weights of the epoch with the lowest validation loss, and moves the bar."""

        epoch, lowest, weights = 0, float("inf"), None

        def on_epoch_end(self, epoch: int, logs: dict[str, float]) -> None:
            if logs["val_loss"] < self.lowest:
                self.epoch, self.lowest, self.weights = epoch, logs["val_loss"], model.get_weights()
            what = f"training: validation {logs[f'val_{name}']:.4f}"
            bar.update(task, completed=epoch + 1, description=what)
            if not bar.console.is_terminal:  # a log has no bar: say so much that one can see it moves
                bar.console.print(f"epoch {epoch + 1}/{epochs}: loss {logs['loss']:.4f}, {what[10:]}", highlight=False)

    best = Best()
    fitted = model.fit(
        **_batches(recipe, data.train.x, targets["train"]),
        validation_data=(data.validation.x, targets["validation"]),
        epochs=epochs,
        class_weight=recipe.weights,
        callbacks=[best, *recipe.callbacks],
        verbose=0,
    )
    model.set_weights(best.weights)
    history = {key.replace(name, "accuracy"): values for key, values in fitted.history.items()}
    return history, best.epoch


def _batches(recipe: Recipe, x: Any, y: Any) -> dict[str, Any]:
    """Feed the training set; varied anew in each epoch where the recipe says how, the same way in each training."""
    if recipe.augment is None:
        return {"x": x, "y": y, "batch_size": recipe.batch}
    import tensorflow as tf  # noqa: PLC0415

    vary = recipe.augment
    steps = -(-len(x) // recipe.batch)
    data = tf.data.Dataset.from_tensor_slices((x, y)).shuffle(len(x), seed=recipe.seed).batch(recipe.batch)
    data = data.repeat().enumerate().map(lambda n, pair: (vary(tf, pair[0], tf.cast(n, tf.int32)), pair[1]))
    return {"x": data.prefetch(2), "steps_per_epoch": steps, "shuffle": False}


def _int8(recipe: Recipe, data: Data, file: Path, bar: Progress) -> dict[str, float]:
    task = bar.add_task("measuring the int8 file", total=100)
    found = int8.scores(file, data.test.x, lambda share: bar.update(task, completed=round(100 * share)))
    probed = recipe.probe(lambda x: int8.scores(file, x)) if recipe.probe else {}
    return _summary(recipe, data, found) | probed


def _summary(recipe: Recipe, data: Data, scores: metrics.Scores) -> dict[str, float]:
    said = metrics.decide(scores, recipe.card["decision"])
    found = metrics.summary(data.test.y, said, recipe.labels)
    if recipe.extra_metrics:
        found |= recipe.extra_metrics(data, scores)
    return found | metrics.counts(data.test.y, said, recipe.labels)


def _draw(recipe: Recipe, data: Data, file: Path, history: dict[str, list[float]], best: int, model: Any) -> None:
    from . import plots  # noqa: PLC0415

    folder = recipe.folder / "plots"
    plots.training(history, best, folder / "training.png")
    said = metrics.decide(int8.scores(file, data.test.x), recipe.card["decision"])
    plots.confusion(metrics.confusion(data.test.y, said, len(recipe.labels)), recipe.labels, folder / "confusion.png")
    if recipe.extra_plots:
        recipe.extra_plots(data, lambda x: int8.scores(file, x), folder)
