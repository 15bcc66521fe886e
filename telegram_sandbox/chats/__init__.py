"""What happens in chats: who writes, joins, rules, begins topics, answers what."""
