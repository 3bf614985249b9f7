"""Array types that the measures share."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.integer[Any]]
Floats = NDArray[np.floating[Any]]
Words = NDArray[np.uint64]
Bools = NDArray[np.bool_]
