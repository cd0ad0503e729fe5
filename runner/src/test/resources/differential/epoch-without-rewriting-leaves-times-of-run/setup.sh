echo old > old && touch -d @1000000000 old
