"""The dashboard as its own file describes it, drawn from a game that is played: there is no Grafana here."""
