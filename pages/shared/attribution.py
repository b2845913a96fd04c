"""Why a network prefers one class to another: which pixels of an image speak for which."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from mnist_core.charts.attribution_map import attribution_heatmap, attribution_sentence
from mnist_core.evaluation.attribution import GRADIENT_TIMES_INPUT, Attribution, attribute
from mnist_core.model.numpy_network import Network
from mnist_core.text.escape import for_markdown, sentence_for_markdown
from pages.components.plot.plot import plot
from pages.visit.language import _


def show_attribution(
    network: Network,
    image: NDArray[np.floating],
    pair: tuple[int, int],
    class_names: Sequence[str],
    *,
    key: str,
    height: int = 300,
) -> None:
    """Show which pixels of an image (28, 28), 0 to 1, speak for the first class of a pair and which for the second."""
    one, other = class_names[pair[0]], class_names[pair[1]]
    for_one, for_other = for_markdown(one), for_markdown(other)
    st.markdown(
        _(
            "**Why {for_one} and not {for_other}?** :blue[Blue] speaks for {for_one}, :orange[orange] for {for_other}.",
            for_one=for_one,
            for_other=for_other,
        ),
        help=_(
            "What each pixel adds to the difference of the two logits. Gradient × input is the pixel times the "
            "gradient of that difference: Shrikumar et al., Not just a black box, 2016. Integrated gradients take the "
            "mean gradient on the way from an empty image: Sundararajan, Taly and Yan, Axiomatic attribution for deep "
            "networks, 2017."
        ),
    )
    attribution = attribute(network, image, *pair)
    chart = attribution_heatmap(attribution, image, one, other)
    plot(chart.figure, key=key, summary=chart.summary, height=height)
    st.markdown(sentence_for_markdown(_(attribution_sentence(attribution, one, other))))
    st.caption(_method(attribution))


def _method(attribution: Attribution) -> str:
    if attribution.method == GRADIENT_TIMES_INPUT:
        return _(
            "Gradient × input: exact for ReLU, since the network is linear around this image. Black pixels "
            "add nothing; the rest comes from the biases."
        )
    return _(
        "Integrated gradients, from an empty image to this one: the sum is correct to within "
        "{error:.1g}. For this activation, no attribution is exact for each pixel.",
        error=attribution.error,
    )
