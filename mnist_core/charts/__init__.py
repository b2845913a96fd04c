"""The charts of the app, one per module: each makes a plotly figure and a one-sentence summary from data."""
