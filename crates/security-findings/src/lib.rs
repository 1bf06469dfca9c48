//! Reads security findings in ASFF and OCSF.
