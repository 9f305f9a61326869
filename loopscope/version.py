"""The version, for those who must not import the package's top."""

VERSION = "0.1.0"
