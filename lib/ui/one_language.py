"""One way to write numbers and dates: that of the app's English, wherever the browser is from."""

# Streamlit's tables and calendars ask the browser for its language, and the app's sentences do not.
SCRIPT = """
(() => {
  const ENGLISH = "en-GB";
  Object.defineProperty(navigator, "language", {get: () => ENGLISH});
  Object.defineProperty(navigator, "languages", {get: () => [ENGLISH]});
})();
"""
"""What a browser runs so that tables write as sentences do, and weeks begin on Monday."""
