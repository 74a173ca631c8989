"""The frame of the main window: layout, toolbar, banner, summary, status bar, pause buffer.

It joins the parts and carries changes from the informer threads to the GUI thread.
"""
