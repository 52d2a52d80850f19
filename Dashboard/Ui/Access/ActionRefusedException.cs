namespace OrleansTasks.Ui;

/// <summary>The person may not do this.</summary>
internal sealed class ActionRefusedException(string reason) : Exception(reason);
