"""Train, watch and question the classic MNIST network. Free of Streamlit; see DESIGN in README.md."""
