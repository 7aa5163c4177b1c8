"""The teacher: a BERT encoder's forward pass in float64, with nothing but numpy.

Float64 because the int8 codes then hardly ever depend on the order in which a processor adds: two builds of
the linear algebra differ near 1e-13, a rounding step of the table is 1e-2 of a row's largest value.
"""

import numpy as np

LAYERS, HEADS, HIDDEN = 6, 12, 384
LAYER_NORM_EPSILON = 1e-12


def erf(x):
    """The error function, to 1.5e-7: Abramowitz and Stegun, formula 7.1.26."""
    magnitude = np.abs(x)
    t = 1.0 / (1.0 + 0.3275911 * magnitude)
    series = ((((1.061405429 * t - 1.453152027) * t + 1.421413741) * t - 0.284496736) * t + 0.254829592) * t
    return np.sign(x) * (1.0 - series * np.exp(-magnitude * magnitude))


class Teacher:
    """Weights by their names in the safetensors file; `first_outputs` runs them."""

    def __init__(self, tensors):
        self.tensors = {
            name: tensor.astype(np.float64) for name, tensor in tensors.items() if tensor.dtype == np.float32
        }

    def linear(self, x, name):
        return x @ self.tensors[f"{name}.weight"].T + self.tensors[f"{name}.bias"]

    def layer_norm(self, x, name):
        centered = x - x.mean(axis=-1, keepdims=True)
        deviation = np.sqrt((centered**2).mean(axis=-1, keepdims=True) + LAYER_NORM_EPSILON)
        return centered / deviation * self.tensors[f"{name}.weight"] + self.tensors[f"{name}.bias"]

    def attention(self, x, name):
        batch, length, _ = x.shape

        def heads(part):
            projected = self.linear(x, f"{name}.self.{part}").reshape(batch, length, HEADS, HIDDEN // HEADS)
            return projected.transpose(0, 2, 1, 3)

        scores = heads("query") @ heads("key").transpose(0, 1, 3, 2) / np.sqrt(HIDDEN // HEADS)
        shares = np.exp(scores - scores.max(axis=-1, keepdims=True))
        shares /= shares.sum(axis=-1, keepdims=True)
        context = (shares @ heads("value")).transpose(0, 2, 1, 3).reshape(batch, length, HIDDEN)
        return self.layer_norm(self.linear(context, f"{name}.output.dense") + x, f"{name}.output.LayerNorm")

    def outputs(self, ids):
        """`ids` [batch, length], all of one length, so without a mask → last layer [batch, length, 384]."""
        tables = "embeddings.{}_embeddings.weight"
        x = self.tensors[tables.format("word")][ids]
        x = x + self.tensors[tables.format("position")][: ids.shape[1]]
        x = self.layer_norm(x + self.tensors[tables.format("token_type")][0], "embeddings.LayerNorm")
        for layer in range(LAYERS):
            name = f"encoder.layer.{layer}"
            x = self.attention(x, f"{name}.attention")
            inner = self.linear(x, f"{name}.intermediate.dense")
            inner = inner * 0.5 * (1.0 + erf(inner / np.sqrt(2.0)))
            x = self.layer_norm(self.linear(inner, f"{name}.output.dense") + x, f"{name}.output.LayerNorm")
        return x
