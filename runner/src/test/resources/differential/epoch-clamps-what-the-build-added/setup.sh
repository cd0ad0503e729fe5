echo old > old && touch -d @1000000000 old && echo new > new && touch -d @1900000000 new && mkdir d && echo x > d/x
