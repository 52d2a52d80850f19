namespace OrleansTasks.Tests.Unit.Messages;

/// <summary>A message, and where it is made.</summary>
/// <param name="Place">The file and the line.</param>
/// <param name="Text">The text.</param>
/// <param name="IsNamed">Whether something beside the text, such as the path of a setting, says what is meant.</param>
internal sealed record MessageSite(string Place, MessageText Text, bool IsNamed);
