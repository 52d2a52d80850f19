namespace OrleansTasks.Ui;

/// <summary>Represents an action that the user may not carry out.</summary>
internal sealed class ActionRefusedException(string reason) : Exception(reason);
