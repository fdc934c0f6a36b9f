"""The way to a page on a phone: the sidebar, which holds the navigation there and covers the page, shuts."""

# Streamlit leaves the sidebar open where the navigation is at the top and folds into it.
SCRIPT = """
(() => {
  const COVERS = 768;
  document.addEventListener("click", ({target}) => {
    if (window.innerWidth > COVERS || !target.closest('[data-testid="stSidebarNavLink"]')) return;
    setTimeout(() => document.querySelector('[data-testid="stSidebarCollapseButton"] button')?.click());
  });
})();
"""
"""What a browser runs so that a page that is turned to is not covered."""
