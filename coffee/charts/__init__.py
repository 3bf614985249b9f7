"""Altair charts from data frames, in one vocabulary of colour that is safe for the colour-blind."""

import altair as alt

Drawing = alt.Chart | alt.LayerChart | alt.FacetChart
