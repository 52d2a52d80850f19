using OrleansTasks.Settings;

namespace OrleansTasks.Ui;

/// <summary>Marks the endpoint that returns a dashboard's document.</summary>
internal sealed record DocumentMetadata(DashboardMount Mount);
