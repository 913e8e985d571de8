"""The map: the only package that knows Folium.

Folium draws the empty frame from constants and settings; the browser fetches the data and places
every name with ``textContent``. No value of a registry row ever enters this package.
"""
